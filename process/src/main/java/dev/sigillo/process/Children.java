package dev.sigillo.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Child processes that outlive the server.
 *
 * <p>Each runs in its own session, with its output piped to {@code rotatelogs}, so that no signal to the server reaches
 * it and its log stays bounded also while the server is down. Each carries its name in the environment variable
 * {@value #MARK}: a server that was killed between starting a child and writing down its {@link ChildId} finds it again
 * by {@link #find}.
 */
public final class Children {
    static final String MARK = "SIGILLO_CHILD";
    private static final String LOGGER_MARK = "SIGILLO_CHILD_LOG";
    private static final Duration POLL = Duration.ofMillis(20);

    /**
     * Starts the child; it runs when this returns, though it may since have ended by itself.
     *
     * @throws ProcessException if the program or {@code rotatelogs} cannot be started
     */
    public ChildId start(ChildSpec spec) {
        List<String> command = new ArrayList<>(List.of("setsid"));
        command.addAll(spec.command());
        ProcessBuilder child = new ProcessBuilder(command).redirectErrorStream(true);
        environment(child, spec.environment()).put(MARK, spec.name());
        child.directory(spec.workDir().toFile());
        if (spec.stdin().isEmpty()) {
            child.redirectInput(new File("/dev/null"));
        }
        ProcessBuilder logger = new ProcessBuilder(
                        "setsid", "rotatelogs", "-n", "2", spec.log().toString(), ChildSpec.LOG_MEBIBYTES + "M")
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD);
        environment(logger, Map.of()).put(LOGGER_MARK, spec.name());
        logger.directory(spec.workDir().toFile());
        try {
            Process first = ProcessBuilder.startPipeline(List.of(child, logger)).getFirst();
            ProcStat stat = ProcStat.of(first.pid())
                    .orElseThrow(() -> new ProcessException(
                            "%s ended at once; its output is in %s".formatted(spec.name(), spec.log())));
            if (spec.stdin().isPresent()) {
                try (OutputStream in = first.getOutputStream()) {
                    in.write(spec.stdin().get().get());
                }
            }
            return new ChildId(first.pid(), stat.startTicks());
        } catch (IOException failed) {
            throw new ProcessException("%s: cannot start %s: %s; is the package installed that brings it?"
                    .formatted(spec.name(), spec.command().getFirst(), failed.getMessage()));
        }
    }

    private static Map<String, String> environment(ProcessBuilder builder, Map<String, String> wanted) {
        Map<String, String> environment = builder.environment();
        String path = environment.getOrDefault("PATH", "/usr/sbin:/usr/bin:/sbin:/bin");
        environment.clear();
        environment.put("PATH", path);
        environment.putAll(wanted);
        return environment;
    }

    /** Whether exactly this process still runs: same number, same start, not a zombie. */
    public boolean alive(ChildId id) {
        return ProcStat.of(id.pid())
                .filter(stat -> stat.startTicks() == id.startTicks() && stat.running())
                .isPresent();
    }

    /** The running child of this name, whoever started it. */
    public Optional<ChildId> find(String name) {
        return Optional.ofNullable(named(name).get(name));
    }

    /**
     * Every running child whose name starts with the prefix, by name. Of a child that forked, the oldest ancestor.
     * Takes one walk over /proc.
     */
    public SortedMap<String, ChildId> named(String prefix) {
        SortedMap<String, ChildId> found = new TreeMap<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                Optional<String> name = markOf(pid).filter(mark -> mark.startsWith(prefix));
                if (name.isEmpty()) {
                    continue;
                }
                Optional<ProcStat> stat = ProcStat.of(pid).filter(ProcStat::running);
                if (stat.isPresent() && !markOf(stat.get().parent()).equals(name)) {
                    found.put(name.get(), new ChildId(pid, stat.get().startTicks()));
                }
            }
        } catch (IOException unreadable) {
            throw new ProcessException("/proc cannot be listed: " + unreadable.getMessage(), unreadable);
        }
        return found;
    }

    private static Optional<String> markOf(long pid) {
        try {
            byte[] environ = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "environ"));
            for (String variable : new String(environ, StandardCharsets.UTF_8).split("\0")) {
                if (variable.startsWith(MARK + "=")) {
                    return Optional.of(variable.substring(MARK.length() + 1));
                }
            }
            return Optional.empty();
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    /**
     * Ends the child: SIGTERM, and SIGKILL if it still runs after the grace. Does nothing when it is not alive, so that
     * a reused number is never hit. Its logger ends by itself at end of file.
     *
     * @throws ProcessException if it survives SIGKILL by ten seconds (it hangs in the kernel)
     */
    public void stop(ChildId id, Duration grace) {
        Optional<ProcessHandle> handle = ProcessHandle.of(id.pid());
        if (handle.isEmpty() || !alive(id)) {
            return;
        }
        handle.get().destroy();
        if (endsWithin(id, grace)) {
            return;
        }
        handle.get().destroyForcibly();
        if (!endsWithin(id, Duration.ofSeconds(10))) {
            throw new ProcessException("process " + id.pid() + " does not end, not even by SIGKILL");
        }
    }

    private boolean endsWithin(ChildId id, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (alive(id)) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            try {
                Thread.sleep(POLL);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new ProcessException(
                        "interrupted while waiting for process " + id.pid() + " to end", interrupted);
            }
        }
        return true;
    }
}
