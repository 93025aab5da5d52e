package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.process.ChildId;
import dev.sigillo.process.ChildUsers;
import dev.sigillo.process.Children;
import dev.sigillo.process.Command;
import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An engine over folders of its own with real namespaces, swtpm and QEMU; after each test nothing of it may be left. */
abstract class RealEngine {
    static final NetworkId NETWORK = new NetworkId("c1");
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    /** Of a network that this host has no route to: others may run these tests too, or have been killed while they did. */
    static final int INDEX = freeIndex();

    static final Shape SHAPE = new Shape(1, 512, 1);

    @TempDir
    Path folder;

    final String tag = HexFormat.of().toHexDigits((short) new SecureRandom().nextInt());
    final MachineId id = MachineId.random(new SecureRandom());
    Path template = Path.of("/usr/share/OVMF/OVMF_VARS_4M.ms.fd");
    EngineHome home;
    EmbeddedEngine engine;

    @BeforeEach
    void open() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        for (String tool : List.of("qemu-system-x86_64", "qemu-img", "swtpm", "nft", "ip", "rotatelogs")) {
            Assumptions.assumeTrue(exit("command -v " + tool) == 0, "needs " + tool);
        }
        Assumptions.assumeTrue(Files.exists(Accelerator.FIRMWARE), "needs OVMF");
        home = new EngineHome(folder.resolve("home"), Path.of("/run/sigillo-" + tag), folder.resolve("cache"), tag);
        engine = another();
    }

    private static int freeIndex() {
        while (true) {
            int candidate = new SecureRandom().nextInt(225, 255);
            List<String> routes = List.of("ip", "-4", "route", "show", "root", "10.224." + candidate + ".0/24");
            if (Command.attempt(PATIENCE, routes, new byte[0]).out().isBlank()) {
                return candidate;
            }
        }
    }

    /** A second process over the same folders, for all the engine knows. */
    EmbeddedEngine another() {
        return EmbeddedEngine.open(home, FleetCa.open(folder.resolve("fleet"), Clock.systemUTC()), Gpus.NONE);
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (engine == null) {
            return;
        }
        engine.list().forEach(machine -> engine.delete(machine.id()));
        engine.delete(id);
        engine.closeNetwork(NETWORK);
        engine.sweep();
        Folders.remove(home.run());
        assertThat(leftovers()).isEmpty();
    }

    List<String> leftovers() throws IOException {
        List<String> found =
                new ArrayList<>(new Children().named("sigillo/" + tag + "/").keySet());
        if (new Children().killAllOf(new ChildUsers(tag)::contains) > 0) {
            found.add("processes of users of this home");
        }
        for (Path place : List.of(
                Path.of("/run/netns"), Path.of("/sys/class/net"), home.machines(), home.keys(), home.networks())) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> entries = Files.list(place)) {
                    entries.map(Path::toString)
                            .filter(name ->
                                    name.contains("sg-" + tag) || name.contains("sg" + tag) || place.startsWith(folder))
                            .forEach(found::add);
                }
            }
        }
        String tables = run("nft list tables");
        if (tables.contains(tag)) {
            found.add(tables);
        }
        return found;
    }

    MachineSpec spec(boolean vtpm) throws IOException {
        return spec(id, vtpm, 5);
    }

    MachineSpec spec(MachineId machine, boolean vtpm, int address) throws IOException {
        Path image = folder.resolve("image.raw");
        if (!Files.exists(image)) {
            Files.write(image, new byte[1 << 20]);
        }
        return new MachineSpec(
                machine,
                NETWORK,
                SHAPE,
                new BootMode(true, vtpm),
                image,
                Accelerator.FIRMWARE,
                template,
                "10.224." + INDEX + "." + address,
                "10.244." + address + ".0/24",
                Bytes.utf8("{\"machine\":\"" + machine + "\"}"));
    }

    MachineUsers users(MachineId machine) {
        return new Places(home, new SecureRandom())
                .users(new MachineRecords(home).find(machine).orElseThrow().place());
    }

    ChildId process(MachineId machine, String role) {
        return new Children().find(home.child(machine, role)).orElseThrow();
    }

    String namespace() {
        return "sg-" + tag + "-" + INDEX;
    }

    String hostEnd() {
        return "sg" + tag + INDEX + "h";
    }

    static String run(String script) {
        return Command.run(PATIENCE, List.of("sh", "-euc", script)).out();
    }

    static int exit(String script) {
        return Command.attempt(PATIENCE, List.of("sh", "-uc", script), new byte[0])
                .exit();
    }

    /** Waits until the boot manager has spoken: all that the firmware writes by itself is written. */
    void awaitFirmware(EmbeddedEngine of, int times) {
        for (int i = 0; i < 600; i++) {
            if (of.console(id, 100_000).split("BdsDxe: ", -1).length > times) {
                Pause.millis(1000);
                return;
            }
            Pause.millis(100);
        }
        throw new AssertionError("no boot manager: " + of.console(id, 2000));
    }
}
