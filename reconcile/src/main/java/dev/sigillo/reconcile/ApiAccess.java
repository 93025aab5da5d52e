package dev.sigillo.reconcile;

import dev.sigillo.arm.AuthorizedRanges;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether clients on this host are among those that a cluster's API server is authorized for. They are the only clients
 * from outside: nothing is forwarded into a cluster's network. A client here has every address that this host has, since
 * its own choice among them says nothing of who it is.
 */
final class ApiAccess {
    private ApiAccess() {}

    /** Host ends of clusters' networks, of this home or another: every host with a cluster has these addresses. */
    private static final Pattern HOST_END = Pattern.compile("sg[0-9a-f]{4}[0-9]{1,3}h");

    /** Empty when it cannot be known just now, as while interfaces come and go: then what was said before holds. */
    static Optional<Boolean> admitsHost(AuthorizedRanges authorized) {
        if (authorized.ranges().isEmpty()) {
            return Optional.of(true);
        }
        try {
            List<String> addresses = NetworkInterface.networkInterfaces()
                    .filter(each -> !HOST_END.matcher(each.getName()).matches())
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
