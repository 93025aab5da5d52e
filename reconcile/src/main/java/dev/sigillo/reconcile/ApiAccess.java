package dev.sigillo.reconcile;

import dev.sigillo.arm.AuthorizedRanges;
import dev.sigillo.machine.NetworkView;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;

/**
 * Whether clients on this host are among those that a cluster's API server is authorized for. They are the only clients
 * from outside: nothing is forwarded into a cluster's network. A client here has every address that this host has, since
 * its own choice among them says nothing of who it is.
 */
final class ApiAccess {
    private ApiAccess() {}

    /** Empty when it cannot be known just now, as while interfaces come and go: then what was said before holds. */
    static Optional<Boolean> admitsHost(AuthorizedRanges authorized) {
        if (authorized.ranges().isEmpty()) {
            return Optional.of(true);
        }
        try {
            List<String> addresses = NetworkInterface.networkInterfaces()
                    // Every host with a cluster has these addresses.
                    .filter(each -> !NetworkView.isHostEnd(each.getName()))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(Inet4Address.class::isInstance)
                    .map(InetAddress::getHostAddress)
                    .toList();
            return Optional.of(authorized.admit(addresses));
        } catch (SocketException unreadable) {
            return Optional.empty();
        }
    }
}
