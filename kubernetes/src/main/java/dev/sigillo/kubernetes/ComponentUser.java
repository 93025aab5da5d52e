package dev.sigillo.kubernetes;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The user id (and the group id of the same number) of one component of one cluster. No two processes of control planes
 * share one, so none may look into another by {@code /proc/PID/root}, send it signals or trace it.
 *
 * <p>The ids are nobody's: from {@value #FIRST} on, 2^27 of them, and 2^24 before that, inside the range that systemd's UIDS-GIDS.md leaves
 * unused (0x70000000 to 0x7FFDFFFF), above Debian's, systemd's dynamic users', and the ranges of containers. They follow
 * from the name of the cluster's network namespace, which is unique on the host, and have no entry in /etc/passwd.
 */
final class ComponentUser {

    static final int FIRST = 0x7100_0000;

    /** A home's namespaces: its tag of four hexadecimal digits, and the network's index. */
    private static final Pattern OF_A_HOME = Pattern.compile("sg-([0-9a-f]{4})-([0-9]{1,3})");

    private static final int CLUSTERS = 1 << 24;

    /** So many have their ids side by side; the one that came later has the range before them, so that theirs stay. */
    private static final int FIRST_COMPONENTS = 4;

    private static final int LATER = 0x7000_0000;

    private ComponentUser() {}

    static int id(String namespace, Component component) {
        int cluster = cluster(namespace);
        return component.number() < FIRST_COMPONENTS
                ? FIRST + cluster * FIRST_COMPONENTS + component.number()
                : LATER + cluster % CLUSTERS;
    }

    private static int cluster(String namespace) {
        Matcher ours = OF_A_HOME.matcher(namespace);
        if (ours.matches() && Integer.parseInt(ours.group(2)) < 256) {
            return Integer.parseInt(ours.group(1), 16) << 8 | Integer.parseInt(ours.group(2));
        }
        return CLUSTERS + (hash(namespace) & CLUSTERS - 1);
    }

    private static int hash(String text) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return (digest[0] & 255) << 16 | (digest[1] & 255) << 8 | digest[2] & 255;
        } catch (NoSuchAlgorithmException absent) {
            throw new KubernetesException("this Java has no SHA-256", absent);
        }
    }
}
