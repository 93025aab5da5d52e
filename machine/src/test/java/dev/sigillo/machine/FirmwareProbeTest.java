package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import dev.sigillo.process.Children;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a probe runs the firmware, and when it only remembers: with a runner that runs nothing. */
@Timeout(60)
class FirmwareProbeTest {
    private static final BootMode BOTH = new BootMode(true, true);
    private static final Shape SMALL = new Shape(1, 512, 1);
    private static final Shape LARGE = new Shape(2, 1024, 1);

    @TempDir
    private Path folder;

    private EngineHome home;
    private Path firmware;
    private Path varstore;
    private final List<String> runs = Collections.synchronizedList(new ArrayList<>());

    @BeforeEach
    void files() throws IOException {
        Assumptions.assumeTrue(
                Files.isExecutable(Path.of("/usr/bin/" + QemuCommand.PROGRAM)), "needs " + QemuCommand.PROGRAM);
        home = home("home");
        firmware = Files.writeString(folder.resolve("code.fd"), "code");
        varstore = Files.writeString(folder.resolve("vars.fd"), "vars");
        Files.createDirectories(home.firmwareCache());
        Json.write(home.firmwareCache().resolve("accelerator.json"), new Accelerator.Choice("tcg", "test", bootId()));
    }

    private EngineHome home(String name) {
        return new EngineHome(folder.resolve(name), folder.resolve("run"), folder.resolve("cache"), "3f2a");
    }

    private static String bootId() throws IOException {
        return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    }

    private FirmwareReference answer(String key, Shape shape) {
        runs.add(shape.toString());
        return new FirmwareReference(List.of(new MeasuredEvent(0, "EV_SEPARATOR", Bytes.zeros(32), "separator")), key);
    }

    private QemuFirmwareProbe probe(EngineHome of, QemuFirmwareProbe.Runner runner) {
        Children children = new Children((_, _) -> false);
        Places places = new Places(of, new java.util.Random(1));
        return new QemuFirmwareProbe(
                new FirmwareKeys(),
                new FirmwareAnswers(of),
                new MachineRecords(of),
                new Accelerator(of, children, new Trials(places, children)),
                runner);
    }

    private QemuFirmwareProbe probe() {
        return probe(home, (key, shape, _, _, _) -> answer(key, shape));
    }

    @Test
    @DisplayName(
            "what was probed is known without a run, also to a later server, to another home, and after the cache is gone")
    void remembered() throws IOException {
        assertThat(probe().known(SMALL, BOTH, firmware, varstore)).isEmpty();
        FirmwareReference learnt = probe().probe(SMALL, BOTH, firmware, varstore);
        assertThat(probe().probe(SMALL, BOTH, firmware, varstore)).isEqualTo(learnt);
        assertThat(probe().known(SMALL, BOTH, firmware, varstore)).contains(learnt);
        assertThat(probe(home("other"), (key, shape, _, _, _) -> answer(key, shape))
                        .known(SMALL, BOTH, firmware, varstore))
                .contains(learnt);
        Folders.remove(home.firmwareCache());
        Files.createDirectories(home.firmwareCache());
        Json.write(home.firmwareCache().resolve("accelerator.json"), new Accelerator.Choice("tcg", "test", bootId()));
        assertThat(probe().known(SMALL, BOTH, firmware, varstore)).contains(learnt);
        assertThat(runs).hasSize(1);
    }

    @Test
    @DisplayName("another shape, firmware, template or boot mode is another question; without a vTPM there is none")
    void keys() throws IOException {
        QemuFirmwareProbe probe = probe();
        probe.probe(SMALL, BOTH, firmware, varstore);
        assertThat(probe.known(LARGE, BOTH, firmware, varstore)).isEmpty();
        assertThat(probe.known(SMALL, new BootMode(false, true), firmware, varstore))
                .isEmpty();
        assertThat(probe.known(SMALL, BOTH, varstore, varstore)).isEmpty();
        assertThat(probe.known(SMALL, BOTH, firmware, firmware)).isEmpty();
        Files.writeString(firmware, "CODE");
        assertThat(probe.known(SMALL, BOTH, firmware, varstore))
                .as("upgraded in place")
                .isEmpty();
        assertThat(probe.known(SMALL, new BootMode(true, false), firmware, varstore))
                .isEmpty();
        assertThatThrownBy(() -> probe.probe(SMALL, new BootMode(true, false), firmware, varstore))
                .hasMessageContaining("measures nothing");
    }

    @Test
    @DisplayName("known() tries nothing, not even which accelerator works")
    void knownIsQuick() throws IOException {
        Folders.remove(home.firmwareCache());
        assertThat(probe().known(SMALL, BOTH, firmware, varstore)).isEmpty();
        assertThat(home.firmwareCache()).doesNotExist();
        assertThat(home.machines()).doesNotExist();
    }

    @Test
    @DisplayName("a machine keeps the reference of its start, whatever is upgraded afterwards")
    void ofTheStart() throws IOException {
        FirmwareReference learnt = probe().probe(SMALL, BOTH, firmware, varstore);
        MachineId id = new MachineId("m-abcdefghij");
        MachineSpec spec = new MachineSpec(
                id,
                new NetworkId("c1"),
                SMALL,
                BOTH,
                firmware,
                firmware,
                varstore,
                "10.224.1.5",
                "10.244.1.0/24",
                Bytes.empty());
        MachineRecord begun = new MachineRecord(
                MachineRecord.Given.of(spec), 0, Witness.sha256(varstore), List.of(), MachineRecord.Progress.BEGUN);
        assertThat(probe().known(id)).as("no such machine").isEmpty();
        new MachineRecords(home).write(begun);
        assertThat(probe().known(id)).as("never started").isEmpty();
        new MachineRecords(home).write(begun.made(3).startedOnceMore(Witness.sha256(firmware), learnt.key()));
        Files.writeString(firmware, "upgraded");
        assertThat(probe().known(SMALL, BOTH, firmware, varstore)).isEmpty();
        assertThat(probe().known(id)).contains(learnt);
        new MachineRecords(home).write(begun.startedOnceMore("", "a key that nobody probed"));
        assertThat(probe().known(id)).isEmpty();
        assertThat(runs).hasSize(1);
    }

    @Test
    @DisplayName(
            "whoever asks for the same waits for the one run; whoever asks for another, or for what is known, does not")
    void locks() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        QemuFirmwareProbe probe = probe(home, (key, shape, _, _, _) -> {
            if (shape.equals(SMALL)) {
                begun.countDown();
                try {
                    go.await(20, TimeUnit.SECONDS);
                } catch (InterruptedException interrupted) {
                    throw new IOException(interrupted);
                }
            }
            return answer(key, shape);
        });
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<FirmwareReference>> same = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                same.add(threads.submit(() -> probe.probe(SMALL, BOTH, firmware, varstore)));
            }
            assertThat(begun.await(20, TimeUnit.SECONDS)).isTrue();
            FirmwareReference other = probe.probe(LARGE, BOTH, firmware, varstore);
            assertThat(probe.known(LARGE, BOTH, firmware, varstore)).contains(other);
            assertThat(probe.known(SMALL, BOTH, firmware, varstore)).isEmpty();
            assertThat(same).noneMatch(Future::isDone);
            go.countDown();
            for (Future<FirmwareReference> one : same) {
                assertThat(one.get()).isEqualTo(same.getFirst().get());
            }
        }
        assertThat(runs).containsExactlyInAnyOrder(SMALL.toString(), LARGE.toString());
    }

    @Test
    @DisplayName("a run that was cut off is tried once more, two are told, and a failure is not remembered")
    void retried() {
        List<String> failures = new ArrayList<>(List.of("starved"));
        QemuFirmwareProbe probe = probe(home, (key, shape, _, _, _) -> {
            if (!failures.isEmpty()) {
                throw new MachineException(failures.removeFirst());
            }
            return answer(key, shape);
        });
        assertThat(probe.probe(SMALL, BOTH, firmware, varstore).events()).hasSize(1);
        failures.addAll(List.of("starved", "starved again"));
        assertThatThrownBy(() -> probe.probe(LARGE, BOTH, firmware, varstore)).hasMessage("starved again");
        assertThat(probe.probe(LARGE, BOTH, firmware, varstore).events()).hasSize(1);
    }

    private static ParsedLog log(String... actions) {
        List<Event> events = new ArrayList<>();
        for (String action : actions) {
            Bytes payload = Bytes.utf8(action);
            events.add(new Event(
                    events.size(),
                    4,
                    EventType.EV_EFI_ACTION,
                    Map.of(HashAlgorithm.SHA256, Digest.of(HashAlgorithm.SHA256, payload)),
                    Map.of(),
                    payload));
        }
        return new ParsedLog(true, Optional.empty(), List.of(HashAlgorithm.SHA256), events, OptionalInt.empty(), false);
    }

    @Test
    @DisplayName("a log is complete once it tells of the failed boot attempt, however long it has not grown before")
    void ending() {
        String calling = "Calling EFI Application from Boot Option";
        String returned = "Returning from EFI Application from Boot Option";
        ProbeRun.Ending ending = new ProbeRun.Ending();
        for (int i = 0; i < 100; i++) {
            assertThat(ending.isReachedBy(log(calling))).isFalse();
        }
        assertThat(ending.isReachedBy(log(calling, returned)))
                .as("still growing")
                .isFalse();
        assertThat(ending.isReachedBy(log(calling, returned))).as("at rest").isTrue();
        ProbeRun.Ending restless = new ProbeRun.Ending();
        String[] more = {calling, returned};
        int looks = 1;
        while (!restless.isReachedBy(log(more))) {
            more = Arrays.copyOf(more, more.length + 1);
            more[more.length - 1] = calling;
            looks++;
        }
        assertThat(looks)
                .as("a firmware that never rests is not waited for for ever")
                .isBetween(2, 20);
        assertThat(MeasuredByFirmware.events(log(calling, returned, calling))).hasSize(1);
        assertThatThrownBy(() -> MeasuredByFirmware.events(log(calling)))
                .hasMessageContaining("no failed boot attempt");
    }
}
