package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.PowerState;
import dev.sigillo.kubernetes.CommandPod;
import dev.sigillo.store.CommandRecord;
import dev.sigillo.store.CommandState;
import dev.sigillo.testkit.ForAll;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("A command in a cluster")
class CommandRunsTest {
    private static final String ID = "c0ffee";
    private static final CommandPod ENDED = new CommandPod.Ended(
            "", Optional.of(3), Optional.of(Instant.EPOCH), Optional.of(Instant.EPOCH.plusSeconds(2)));

    private interface Story {
        void tell(World world, FakePlane plane) throws Exception;
    }

    private static void sent(Story story) throws Exception {
        Stories.in(world -> {
            Stories.succeeds(world, world.createCluster(Map.of("np", 1)));
            world.send(ID);
            story.tell(world, world.plane());
        });
    }

    private static void pod(FakePlane plane, CommandPod pod) {
        synchronized (plane) {
            plane.commands.computeIfPresent(ID, (_, _) -> pod);
        }
    }

    private static CommandRecord end(World world) throws InterruptedException {
        world.until("the command ends", () -> world.command(ID).state().isEnd());
        return world.command(ID);
    }

    private static void running(World world) throws InterruptedException {
        world.until("its pod is made", () -> world.command(ID).state() == CommandState.RUNNING);
    }

    @Test
    @DisplayName("keeps exit code, times and logs, forgets what was sent with it, and leaves nothing in the cluster")
    void succeeds() throws Exception {
        sent((world, plane) -> {
            running(world);
            pod(plane, new CommandPod.Running());
            pod(plane, ENDED);
            CommandRecord end = end(world);
            assertThat(end.state()).isEqualTo(CommandState.SUCCEEDED);
            assertThat(end.exitCode()).contains(3);
            assertThat(end.logs()).isEqualTo("logs of " + ID);
            assertThat(end.startedAt()).contains(Instant.EPOCH);
            assertThat(end.finishedAt()).contains(Instant.EPOCH.plusSeconds(2));
            assertThat(end.content()).isEmpty();
            world.until("nothing of it is left", () -> world.command(ID).removed());
            assertThat(plane.commands).isEmpty();
        });
    }

    @Test
    @DisplayName("that is cut says why: pod gone, ended from outside, node gone, cluster stopped")
    void cut() throws Exception {
        sent((world, plane) -> {
            running(world);
            synchronized (plane) {
                plane.commands.clear();
            }
            assertThat(end(world).reason()).contains("cut", "removed");
        });
        sent((world, plane) -> {
            running(world);
            pod(plane, new CommandPod.Ended("Evicted: no room", Optional.of(137), Optional.empty(), Optional.empty()));
            assertThat(end(world).reason()).contains("Evicted: no room");
            assertThat(end(world).state()).isEqualTo(CommandState.FAILED);
        });
        sent((world, plane) -> {
            running(world);
            pod(plane, new CommandPod.Running());
            world.clock.late = CommandRuns.LONGEST.plusSeconds(1);
            assertThat(end(world).reason()).contains("node may be gone");
        });
        sent((world, _) -> {
            running(world);
            Stories.succeeds(world, world.turn(PowerState.STOPPED));
            assertThat(end(world).reason()).contains("stopped");
            Stories.succeeds(world, world.turn(PowerState.RUNNING));
            world.until("nothing of it is left", () -> world.command(ID).removed());
        });
    }

    @Test
    @DisplayName("whose pod finds no place in five minutes fails with the cluster's words")
    void noPlace() throws Exception {
        sent((world, _) -> {
            running(world);
            assertThat(world.command(ID).state()).isEqualTo(CommandState.RUNNING);
            world.clock.late = Duration.ofMinutes(6);
            assertThat(end(world).reason()).contains("no place yet");
        });
    }

    @Test
    @DisplayName("that the cluster does not take fails after five minutes, and the next one goes on")
    void refused() throws Exception {
        sent((world, plane) -> {
            world.until("it is tried", () -> true);
            plane.forbids = true;
            world.send("other");
            Thread.sleep(50);
            world.clock.late = Duration.ofMinutes(6);
            world.until(
                    "it ends",
                    () -> world.store()
                                    .commands()
                                    .find(World.CLUSTER, "other")
                                    .orElseThrow()
                                    .state()
                            == CommandState.FAILED);
            plane.forbids = false;
        });
    }

    @Test
    @DisplayName("ends once and is made once, also by a server that is killed at any instant: 40 seeds")
    void killed() {
        ForAll.seeds(
                40,
                random -> sent((world, plane) -> {
                    world.killer().arm(1 + random.nextInt(30));
                    world.until("its pod is there", () -> {
                        pod(plane, ENDED);
                        return world.command(ID).removed();
                    });
                    assertThat(world.command(ID).state()).isEqualTo(CommandState.SUCCEEDED);
                    assertThat(plane.sent).containsExactly(ID);
                    assertThat(plane.commands).isEmpty();
                }));
    }
}
