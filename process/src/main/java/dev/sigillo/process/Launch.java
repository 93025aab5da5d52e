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
    private static final int NICENESS = 5;

    private Launch() {}

    /** Runs the command in the named network namespace ({@code ip netns add NAME} made it). */
    public static List<String> inNetwork(String namespace, List<String> command) {
        return join(List.of("nsenter", "--net=" + NAMESPACES.resolve(namespace), "--"), command);
    }

    /**
     * Runs the command as that user and its own group, without other groups, without capabilities now or ever
     * (empty bounding set, no-new-privs).
     *
     * @param user a name or a number
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

    /** The same for one of the {@link ChildUsers}. */
    public static List<String> asUser(int user, List<String> command) {
        return asUser(Integer.toString(user), command);
    }

    /** Lets the command keep as much memory in place as it likes (RLIMIT_MEMLOCK); put it outside the user, since raising a limit needs root. */
    public static List<String> withLockedMemory(List<String> command) {
        return join(List.of("prlimit", "--memlock=unlimited:unlimited", "--"), command);
    }

    /**
     * Runs the command with less of a claim to the processors than what is started without this (nice 5).
     *
     * <p>Where the kernel shares processors out by session, nice values count only inside one, and each child has its
     * own: there the whole session is told (sched(7), the autogroup feature). Elsewhere the file does not exist, or is
     * not heeded in a control group with a share of its own.
     */
    public static List<String> behindOthers(List<String> command) {
        String script = """
                [ ! -e /proc/self/autogroup ] || echo %1$d > /proc/self/autogroup 2> /dev/null || :
                exec nice -n %1$d "$@"
                """.formatted(NICENESS);
        return join(List.of("sh", "-ec", script, "behind"), command);
    }

    private static List<String> join(List<String> wrapper, List<String> command) {
        List<String> all = new ArrayList<>(wrapper);
        all.addAll(command);
        return List.copyOf(all);
    }
}
