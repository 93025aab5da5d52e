package dev.sigillo.reconcile;

import dev.sigillo.kubernetes.CommandPod;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.CommandRecord;
import dev.sigillo.store.CommandState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Carries out the commands that were sent into clusters, a step at a time: send, look, keep what came out, remove. It keeps
 * nothing that must survive: another server goes on from the rows, and a pod that runs meanwhile runs on.
 */
final class CommandRuns implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(CommandRuns.class.getName());

    /** For a control plane, a place on a node and the start of the pod. */
    static final Duration START = Duration.ofMinutes(5);

    /** The kubelet ends a pod after ten minutes, if there still is one. */
    static final Duration LONGEST = Duration.ofMinutes(17);

    private final Host host;
    private final Function<String, Optional<Plane>> planes;
    private final Semaphore wakes = new Semaphore(0);
    private final Set<String> busy = ConcurrentHashMap.newKeySet();
    private volatile boolean stopped;

    /** @param planes the plane of a cluster whose API server is prepared */
    CommandRuns(Host host, Function<String, Optional<Plane>> planes) {
        this.host = host;
        this.planes = planes;
    }

    void start() {
        Thread.ofVirtual().name("commands").start(this::run);
    }

    void wake() {
        wakes.release();
    }

    @Override
    public void close() {
        stopped = true;
        wakes.release();
    }

    private void run() {
        try {
            while (!stopped) {
                List<CommandRecord> left = left();
                left.forEach(this::launch);
                Duration pause =
                        left.isEmpty() ? host.pace().calm() : host.pace().busy();
                Thread.sleep(host.pace().least());
                if (wakes.tryAcquire(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                    wakes.drainPermits();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<CommandRecord> left() {
        try {
            return host.store().commands().left();
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.ERROR, "commands could not be looked at; the next look tries again", e);
            return List.of();
        }
    }

    /** One step of one command; an API server that hangs holds up its own commands alone. */
    private void launch(CommandRecord command) {
        if (stopped || !busy.add(command.id())) {
            return;
        }
        Thread.ofVirtual().name("command " + command.id()).start(() -> {
            try {
                // The row may have moved on since it was listed.
                host.store().commands().find(command.clusterId(), command.id()).ifPresent(this::step);
            } catch (RuntimeException e) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "command {0}: this step failed, the next look tries again: {1}",
                        command.id(),
                        String.valueOf(e.getMessage()));
            } finally {
                busy.remove(command.id());
            }
        });
    }

    private void step(CommandRecord command) {
        Optional<ClusterRecord> cluster = host.store().clusters().byId(command.clusterId());
        if (cluster.isEmpty() || cluster.get().deleting()) {
            end(command, CommandRecord.End.failed("The cluster was deleted before the command had ended."));
            host.store().commands().markRemoved(command.id());
            return;
        }
        Optional<Plane> plane = planes.apply(command.clusterId());
        if (!command.state().isEnd()) {
            overdue(command, cluster.get(), plane.isPresent())
                    .ifPresentOrElse(
                            why -> end(command, CommandRecord.End.failed(why)),
                            () -> plane.ifPresent(present -> advance(command, present)));
        } else if (plane.isPresent()) {
            plane.get().removeCommand(command.id());
            host.store().commands().markRemoved(command.id());
        }
    }

    private Optional<String> overdue(CommandRecord command, ClusterRecord cluster, boolean prepared) {
        if (cluster.desired().isStopped()) {
            return Optional.of("The cluster was stopped before the command had ended.");
        }
        if (command.state() == CommandState.ACCEPTED && passed(command, START)) {
            return Optional.of(
                    prepared
                            ? "The cluster did not take the command's pod within 5 minutes: an admission webhook or policy may refuse pods in the namespace aks-command. The server's log has its words."
                            : "The control plane of the cluster was not ready within 5 minutes.");
        }
        if (passed(command, LONGEST)) {
            return Optional.of(
                    "The command was cut: nothing was heard of its end within 17 minutes. Its node may be gone.");
        }
        return Optional.empty();
    }

    private boolean passed(CommandRecord command, Duration time) {
        return host.clock().instant().isAfter(command.acceptedAt().plus(time));
    }

    private void advance(CommandRecord command, Plane plane) {
        if (command.state() == CommandState.ACCEPTED) {
            plane.send(command.id(), CommandContent.command(command.content()));
            host.store().commands().run(command.id());
            return;
        }
        switch (plane.command(command.id())) {
            case CommandPod.Absent _ ->
                end(
                        command,
                        CommandRecord.End.failed(
                                "The command was cut: its pod was removed before it had ended, by somebody or with its node."));
            case CommandPod.Waiting waiting -> {
                if (passed(command, START)) {
                    end(command, CommandRecord.End.failed(notStarted(waiting.why())));
                }
            }
            case CommandPod.Running _ -> {}
            case CommandPod.Ended ended -> ended(command, plane, ended);
        }
    }

    private static String notStarted(String why) {
        return "The command's pod did not start within 5 minutes"
                + (why.isEmpty() ? "." : ": " + why.substring(0, Math.min(why.length(), 2000)));
    }

    private void ended(CommandRecord command, Plane plane, CommandPod.Ended pod) {
        Optional<Instant> finished = pod.finishedAt();
        String logs;
        try {
            // PostgreSQL and many readers take no zero byte in a text.
            logs = plane.commandLogs(command.id()).replace('\u0000', '\ufffd');
        } catch (RuntimeException unread) {
            boolean again = finished.orElse(command.acceptedAt())
                    .plus(Duration.ofMinutes(1))
                    .isAfter(host.clock().instant());
            if (again) {
                throw unread;
            }
            logs = "(what the command wrote could not be read from its node: " + unread.getMessage() + ")";
        }
        String cut = pod.cut().isEmpty() && pod.exitCode().isEmpty() ? "its container never started" : pod.cut();
        String reason = cut.isEmpty() ? "" : "The command was cut: " + cut;
        end(command, new CommandRecord.End(reason, pod.exitCode(), logs, pod.startedAt(), finished));
    }

    private void end(CommandRecord command, CommandRecord.End end) {
        if (!command.state().isEnd()) {
            host.store().commands().end(command.id(), end);
            wake();
        }
    }
}
