package dev.sigillo.kubernetes;

import dev.sigillo.process.Launch;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs one component of a control plane: in the cluster's network namespace, without any privilege, and in a mount
 * namespace of its own where {@code /mnt} shows it the programs (read-only) and its own folder.
 *
 * <p>So it works also below a home folder that other users cannot enter. That no component sees another's keys needs
 * {@link ComponentUser} as well: a mount namespace is open, by /proc/PID/root, to every process of the same user.
 */
final class Sandbox {

    /** The component's own folder as it sees it. */
    static final String OWN = "/mnt/own";

    private static final String PROGRAMS = "/mnt/bin";

    private static final String MOUNTS = """
            mount -t tmpfs -o mode=0755,size=64k,nosuid,nodev tmpfs /mnt
            mkdir /mnt/bin /mnt/own
            mount --bind "$1" /mnt/bin
            mount -o remount,bind,ro,nosuid,nodev /mnt/bin
            mount --bind "$2" /mnt/own
            shift 2
            cd /
            exec "$@"
            """;

    private Sandbox() {}

    /** Each part of the command ends in an exec: the process keeps its number. */
    static List<String> command(ClusterSpec spec, ComponentFolder own, Component component, List<String> arguments) {
        List<String> program = new ArrayList<>(List.of(PROGRAMS + "/" + component.program()));
        program.addAll(arguments);
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation=private",
                "--",
                "sh",
                "-ec",
                MOUNTS,
                "sandbox",
                spec.binaries().toString(),
                own.path().toString()));
        command.addAll(Launch.asUser(Integer.toString(own.user()), program));
        return Launch.inNetwork(spec.namespace(), command);
    }
}
