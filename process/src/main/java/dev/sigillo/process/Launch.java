package dev.sigillo.process;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Wrappers around a command. Each ends in an exec, so that the process number stays that of the wrapped program. Put the
 * network outside and the user inside: entering a namespace needs root.
 */
public final class Launch {
    private static final Path NAMESPACES = Path.of("/run/netns");

    private Launch() {}

    /** Runs the command in the named network namespace ({@code ip netns add NAME} made it). */
    public static List<String> inNetwork(String namespace, List<String> command) {
        return join(List.of("nsenter", "--net=" + NAMESPACES.resolve(namespace), "--"), command);
    }

    /**
     * Runs the command as that user and its own group, without other groups, without capabilities now or ever
     * (empty bounding set, no-new-privs).
     */
    public static List<String> asUser(String user, List<String> command) {
        return join(
                List.of(
                        "setpriv",
                        "--reuid=" + user,
                        "--regid=" + user,
                        "--clear-groups",
                        "--no-new-privs",
                        "--inh-caps=-all",
                        "--bounding-set=-all",
                        "--"),
                command);
    }

    private static List<String> join(List<String> wrapper, List<String> command) {
        List<String> all = new ArrayList<>(wrapper);
        all.addAll(command);
        return List.copyOf(all);
    }
}
