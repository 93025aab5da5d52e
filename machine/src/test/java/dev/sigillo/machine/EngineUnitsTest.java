package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of the engine that need no kernel's help. */
class EngineUnitsTest {
    private static final MachineId ONE = new MachineId("m-aaaaaaaaaa");
    private static final MachineId TWO = new MachineId("m-bbbbbbbbbb");

    @TempDir
    private Path folder;

    private EngineHome home;

    @BeforeEach
    void home() {
        home = new EngineHome(folder.resolve("home"), folder.resolve("run"), folder.resolve("cache"), "3f2a");
    }

    private static MachineRecord record(MachineId id, int place) {
        return record(id, place, List.of());
    }

    /** One that has just been begun. */
    static MachineRecord record(MachineId id, int place, List<String> gpus) {
        Path file = Path.of("/image");
        MachineSpec spec = new MachineSpec(
                id,
                new NetworkId("c1"),
                new Shape(1, 2048, 1, gpus.size()),
                new BootMode(true, true),
                file,
                file,
                file,
                "10.224.1.5",
                "10.244.1.0/24",
                Bytes.empty());
        return new MachineRecord(MachineRecord.Given.of(spec), place, "", gpus, MachineRecord.Progress.BEGUN);
    }

    @Test
    @DisplayName("no two machines of a home, and no two homes, share a user; a full home says so")
    void places() {
        Places places = new Places(home, new Random(7));
        List<MachineRecord> machines = new ArrayList<>();
        Set<Integer> users = new HashSet<>();
        for (int i = 0; i < Places.MACHINES; i++) {
            MachineRecord machine = record(ONE, places.free(machines));
            machines.add(machine);
            MachineUsers its = places.users(machine.place());
            assertThat(users.add(its.qemu()) && users.add(its.tpm())).isTrue();
        }
        assertThatThrownBy(() -> places.free(machines)).hasMessageContaining("users for 860 machines");
        Places neighbour = new Places(
                new EngineHome(folder.resolve("h"), folder.resolve("r"), folder.resolve("c"), "3f2b"), new Random(7));
        for (int i = Places.MACHINES; i < Places.MACHINES + Places.TRIALS; i++) {
            assertThat(users.add(places.users(i).qemu()))
                    .as("trials have their own")
                    .isTrue();
            assertThat(users.add(places.users(i).tpm())).isTrue();
        }
        assertThat(users).allMatch(user -> places.contains(user) && !neighbour.contains(user));
    }

    @Test
    @DisplayName("a record is read as it was written, and each step keeps the rest")
    void records() {
        MachineRecords records = new MachineRecords(home);
        assertThat(records.find(ONE)).isEmpty();
        MachineRecord begun = records.write(record(ONE, 5));
        assertThat(records.find(ONE)).contains(begun);
        MachineRecord later = begun.cut(true)
                .made(3)
                .startedOnceMore("ab", "key")
                .startedOnceMore("cd", "key 2")
                .at(MachineRecord.Phase.DELETING);
        assertThat(records.write(later).progress())
                .isEqualTo(
                        new MachineRecord.Progress(MachineRecord.Phase.DELETING, true, List.of(), 3, 2, "cd", "key 2"));
        assertThat(records.all()).containsExactly(later);
        assertThat(later.given()).isEqualTo(begun.given());
        assertThat(later.place()).isEqualTo(5);
    }

    @Test
    @DisplayName("names that are no machine's belong to nobody")
    void names() {
        assertThat(home.machineOf(home.child(ONE, "qemu"))).contains(ONE);
        for (String name : List.of(
                "",
                "sigillo/3f2a/machine/",
                "sigillo/3f2a/machine/x/qemu",
                "sigillo/3f2b/machine/m-aaaaaaaaaa/qemu",
                "x")) {
            assertThat(home.machineOf(name)).as(name).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "free memory is what is available, less what machines were promised and have not touched, less the reserve")
    void capacity() throws IOException {
        Path proc = folder.resolve("proc");
        Files.createDirectories(proc.resolve("42"));
        Files.writeString(proc.resolve("meminfo"), "MemTotal:       16777216 kB\nMemAvailable:   10485760 kB\n");
        Files.writeString(proc.resolve("42").resolve("status"), "Name:\tqemu\nVmRSS:\t  524288 kB\n");
        Capacity capacity = new HostMemory(proc)
                .capacity(
                        List.of(record(ONE, 0), record(TWO, 1)),
                        Map.of(home.child(ONE, "qemu"), new ChildId(42, 1)),
                        home,
                        new Accelerator.Choice("tcg", "why", "boot"));
        assertThat(capacity.memoryMib()).isEqualTo(16384);
        assertThat(capacity.freeMemoryMib()).isEqualTo(10240 - (2048 - 512) - 2048 - Capacity.RESERVED_MIB);
        Files.writeString(proc.resolve("meminfo"), "MemTotal: 1024 kB\nMemAvailable: 1024 kB\n");
        assertThat(new HostMemory(proc)
                        .capacity(List.of(), Map.of(), home, new Accelerator.Choice("tcg", "why", "boot"))
                        .freeMemoryMib())
                .isZero();
    }

    private Path file(String name, String text) throws IOException {
        Path file = home.machine(ONE).resolve(name);
        Files.createDirectories(file.resolveSibling("."));
        return Files.writeString(file, text);
    }

    @Test
    @DisplayName("remains are console, logs, varstore and disks; links are not followed, what was there before goes")
    void remains() throws IOException {
        Path secret = Files.writeString(folder.resolve("secret"), "secret");
        file("console.log", "old\n");
        file("console.log.1", "\u001b[2Jnew\n");
        Files.setLastModifiedTime(
                home.machine(ONE).resolve("console.log"), java.nio.file.attribute.FileTime.fromMillis(0));
        file("qemu/varstore.fd", "vars");
        file("qemu/os.qcow2", "overlay");
        Files.createSymbolicLink(home.machine(ONE).resolve("qemu").resolve("scratch.raw"), secret);
        Path image = Files.writeString(folder.resolve("image.raw"), "image");
        Path into = folder.resolve("remains").resolve("c1").resolve("pool");
        Files.createDirectories(into);
        Files.writeString(into.resolve("former"), "former");
        Remains.keep(home, ONE, Optional.of(image), into);
        try (var kept = Files.list(into)) {
            assertThat(kept.map(path -> path.getFileName().toString()))
                    .containsExactlyInAnyOrder("console.log", "console.log.1", "varstore.fd", "os.qcow2", "base");
        }
        assertThat(into.resolve("base")).isSymbolicLink().hasContent("image");
        assertThat(Remains.console(into, 100)).isEqualTo("old\nnew\n");
        assertThat(Remains.console(folder.resolve("absent"), 100)).isEmpty();
    }

    @Test
    @DisplayName("a disk that grew too large is left out of the remains, and they say so")
    void largeRemains() throws IOException {
        file("console.log", "console\n");
        Path large = file("qemu/scratch.raw", "");
        int made = Command.attempt(
                        Duration.ofSeconds(60),
                        List.of("fallocate", "-l", (Remains.MOST_MIB + 1) + "MiB", large.toString()),
                        new byte[0])
                .exit();
        org.junit.jupiter.api.Assumptions.assumeTrue(made == 0, "needs room and a file system with fallocate");
        Path into = Files.createDirectories(folder.resolve("remains")).resolve("pool");
        Remains.keep(home, ONE, Optional.empty(), into);
        assertThat(into.resolve("scratch.raw")).doesNotExist();
        assertThat(Files.readString(into.resolve("left-out.txt"))).startsWith("scratch.raw: 1025 MiB, of at most ");
        assertThat(Remains.console(into, 100)).isEqualTo("console\n");
    }
}
