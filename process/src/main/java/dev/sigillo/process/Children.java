package dev.sigillo.process;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.LongPredicate;

/**
 * Child processes that outlive the server.
 *
 * <p>Each runs in its own session, with its output piped to {@code rotatelogs}, so that no signal to the server reaches
 * it and its log stays bounded also while the server is down. Each carries its name in the environment variable
 * {@value #MARK}: a server that was killed between starting a child and writing down its {@link ChildId} finds it again
 * by {@link #find}. A name counts only for a user who may bear it.
 */
public final class Children {
    static final String MARK = "SIGILLO_CHILD";
    private static final String LOGGER_MARK = "SIGILLO_CHILD_LOG";
    private static final Duration POLL = Duration.ofMillis(20);
    private static final Duration DEATH = Duration.ofSeconds(10);
    private static final long ROOT = 0;

    private final Bearers bearers;
    private final long own = Proc.user(ProcessHandle.current().pid()).orElse(ROOT);

    /** Finds what runs as root or as one of Sigillo's own users. */
    public Children() {
        this(Bearers.sigillos());
    }

    /** @param bearers who besides root, and the user of this process, may bear which name */
    public Children(Bearers bearers) {
        this.bearers = bearers;
    }

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
        Process first;
        try {
            first = ProcessBuilder.startPipeline(List.of(child, logger)).getFirst();
        } catch (IOException failed) {
            throw new ProcessException("%s: cannot start %s: %s; is the package installed that brings it?"
                    .formatted(spec.name(), spec.command().getFirst(), failed.getMessage()));
        }
        ProcStat stat = ProcStat.of(first.pid()).orElseThrow(() -> ended(spec));
        if (spec.stdin().isPresent()) {
            try (OutputStream in = first.getOutputStream()) {
                in.write(spec.stdin().get().get());
            } catch (IOException brokenPipe) {
                first.destroyForcibly();
                throw ended(spec);
            }
        }
        return new ChildId(first.pid(), stat.startTicks());
    }

    private static ProcessException ended(ChildSpec spec) {
        return new ProcessException("%s ended at once; its output is in %s".formatted(spec.name(), spec.log()));
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

    /** The running child of this name, whoever started it, if its user may bear the name. */
    public Optional<ChildId> find(String name) {
        return Optional.ofNullable(named(name).get(name));
    }

    /**
     * Every running child whose name starts with the prefix and whose user may bear it, by name. Of a child that forked,
     * the oldest ancestor. Takes one walk over /proc.
     */
    public SortedMap<String, ChildId> named(String prefix) {
        SortedMap<String, ChildId> found = new TreeMap<>();
        for (long pid : Proc.all()) {
            Optional<ProcStat> stat = ProcStat.of(pid).filter(ProcStat::running);
            Optional<String> name = stat.flatMap(running -> nameOf(pid)).filter(mark -> mark.startsWith(prefix));
            if (name.isPresent()
                    && stat.get().equalStart(ProcStat.of(pid))
                    && !nameOf(stat.get().parent()).equals(name)) {
                found.put(name.get(), new ChildId(pid, stat.get().startTicks()));
            }
        }
        return found;
    }

    private Optional<String> nameOf(long pid) {
        return Proc.variable(pid, MARK).filter(name -> {
            long user = Proc.user(pid).orElse(-1);
            return user == ROOT || user > ROOT && (user == own || bearers.mayBear(name, user));
        });
    }

    /**
     * Kills every process of these users, also one that hides its name, until there is none.
     *
     * @param users never asked about root
     * @return how many were killed
     * @throws ProcessException if one survives for ten seconds
     */
    public int killAllOf(LongPredicate users) {
        Set<ChildId> killed = new HashSet<>();
        long deadline = System.nanoTime() + DEATH.toNanos();
        while (true) {
            List<ChildId> left = ofUsers(users);
            if (left.isEmpty()) {
                return killed.size();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new ProcessException("processes " + left + " do not end, not even by SIGKILL");
            }
            for (ChildId id : left) {
                handle(id).ifPresent(ProcessHandle::destroyForcibly);
                killed.add(id);
            }
            pause();
        }
    }

    private static List<ChildId> ofUsers(LongPredicate users) {
        List<ChildId> found = new ArrayList<>();
        for (long pid : Proc.all()) {
            long user = Proc.user(pid).orElse(ROOT);
            if (user != ROOT && users.test(user)) {
                ProcStat.of(pid)
                        .filter(ProcStat::running)
                        .ifPresent(stat -> found.add(new ChildId(pid, stat.startTicks())));
            }
        }
        return found;
    }

    /**
     * Ends the child: SIGTERM, and SIGKILL if it still runs after the grace. Does nothing when it is not alive, so that
     * a reused number is never hit. Its logger ends by itself at end of file.
     *
     * @throws ProcessException if it survives SIGKILL by ten seconds (it hangs in the kernel)
     */
    public void stop(ChildId id, Duration grace) {
        handle(id).ifPresent(ProcessHandle::destroy);
        if (!endsWithin(id, grace)) {
            kill(id);
        }
    }

    /**
     * Ends the child by SIGKILL, so that it does nothing more.
     *
     * @throws ProcessException if it survives by ten seconds (it hangs in the kernel)
     */
    public void kill(ChildId id) {
        handle(id).ifPresent(ProcessHandle::destroyForcibly);
        if (!endsWithin(id, DEATH)) {
            throw new ProcessException("process " + id.pid() + " does not end, not even by SIGKILL");
        }
    }

    private Optional<ProcessHandle> handle(ChildId id) {
        // The handle first: it remembers the start time and never hits a later process of the same number.
        Optional<ProcessHandle> handle = ProcessHandle.of(id.pid());
        return alive(id) ? handle : Optional.empty();
    }

    private boolean endsWithin(ChildId id, Duration time) {
        long deadline = System.nanoTime() + time.toNanos();
        while (alive(id)) {
            if (System.nanoTime() - deadline >= 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    private static void pause() {
        try {
            Thread.sleep(POLL);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new ProcessException("interrupted while waiting for processes to end", interrupted);
        }
    }
}
