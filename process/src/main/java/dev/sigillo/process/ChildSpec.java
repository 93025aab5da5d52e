package dev.sigillo.process;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A child process that outlives the server.
 *
 * @param name unique on this host, such as {@code 3f2a/c1/etcd}; {@link Children#find} finds the process by it
 * @param command program and arguments; wrap it with {@link Launch} for user and network
 * @param workDir its working folder, which exists
 * @param log where standard output and error go: this file and {@code log.1}, at most {@value #LOG_MEBIBYTES} MiB and one buffer each,
 *     so that the two stay below 10 MB
 * @param stdin bytes that it reads on descriptor 0 and then end of file (keys travel so, never on the command line);
 *     without them it reads /dev/null
 * @param environment its whole environment; nothing is inherited from the server but PATH
 */
public record ChildSpec(
        String name,
        List<String> command,
        Path workDir,
        Path log,
        Optional<Supplier<byte[]>> stdin,
        Map<String, String> environment) {
    static final int LOG_MEBIBYTES = 4;

    public ChildSpec {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        if (name.isBlank() || name.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a child needs a name, not \"" + name + "\"");
        }
        if (command.isEmpty()) {
            throw new IllegalArgumentException("child " + name + " has no command");
        }
    }

    /** A child without standard input and with an empty environment. */
    public static ChildSpec of(String name, List<String> command, Path workDir, Path log) {
        return new ChildSpec(name, command, workDir, log, Optional.empty(), Map.of());
    }

    public ChildSpec withEnvironment(Map<String, String> variables) {
        return new ChildSpec(name, command, workDir, log, stdin, variables);
    }

    public ChildSpec withStdin(Supplier<byte[]> bytes) {
        return new ChildSpec(name, command, workDir, log, Optional.of(bytes), environment);
    }
}
