package dev.sigillo.reconcile;

import dev.sigillo.arm.AuthorizedRanges;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;

/**
 * Whether clients on this host are among those that a cluster's API server is authorized for. They are the only clients
 * from outside: nothing is forwarded into a cluster's network. A client here has every address that this host has, since
 * its own choice among them says nothing of who it is.
 */
final class ApiAccess {
    private ApiAccess() {}

    static boolean admitsHost(AuthorizedRanges authorized) {
        return authorized.ranges().isEmpty() || authorized.admit(addresses());
    }

    private static List<String> addresses() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet4Address.class::isInstance)
                    .map(InetAddress::getHostAddress)
                    .toList();
        } catch (SocketException unreadable) {
            return List.of(); // nobody is let in for what cannot be known
        }
    }
}
