package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.process.Children;
import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine with real namespaces, swtpm and QEMU, on a blank disk: the firmware alone runs. */
@Tag("boots")
class EmbeddedEngineTest {
    private static final NetworkId NETWORK = new NetworkId("c1");
    private static final int INDEX = 251;

    @TempDir
    private Path folder;

    private final String tag = HexFormat.of().toHexDigits((short) new SecureRandom().nextInt());
    private final MachineId id = MachineId.random(new SecureRandom());
    private EngineHome home;
    private EmbeddedEngine engine;

    @BeforeEach
    void open() throws IOException {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
        for (String tool : List.of("qemu-system-x86_64", "qemu-img", "swtpm", "nft", "ip", "rotatelogs")) {
            Assumptions.assumeTrue(
                    Command.attempt(Duration.ofSeconds(9), List.of("sh", "-c", "command -v " + tool), new byte[0])
                                    .exit()
                            == 0,
                    "needs " + tool);
        }
        Assumptions.assumeTrue(Files.exists(Accelerator.FIRMWARE), "needs OVMF");
        home = new EngineHome(folder.resolve("home"), Path.of("/run/sigillo-" + tag), folder.resolve("cache"), tag);
        engine = another();
    }

    /** A second process over the same folders, for all the engine knows. */
    private EmbeddedEngine another() {
        return EmbeddedEngine.open(home, FleetCa.open(folder.resolve("fleet"), Clock.systemUTC()));
    }

    @AfterEach
    void nothingIsLeft() throws IOException {
        if (engine == null) {
            return;
        }
        engine.delete(id);
        engine.closeNetwork(NETWORK);
        engine.sweep();
        Folders.remove(home.run());
        assertThat(leftovers()).isEmpty();
    }

    private List<String> leftovers() throws IOException {
        List<String> found = new java.util.ArrayList<>(
                new Children().named("sigillo/" + tag + "/").keySet());
        for (Path place : List.of(Path.of("/run/netns"), Path.of("/sys/class/net"), home.machines(), home.keys())) {
            if (Files.isDirectory(place)) {
                try (Stream<Path> entries = Files.list(place)) {
                    entries.map(Path::toString)
                            .filter(name ->
                                    name.contains("sg-" + tag) || name.contains("sg" + tag) || place.startsWith(folder))
                            .forEach(found::add);
                }
            }
        }
        String tables = Command.run(Duration.ofSeconds(9), List.of("nft", "list", "tables"))
                .out();
        if (tables.contains(tag)) {
            found.add(tables);
        }
        return found;
    }

    private MachineSpec spec(boolean vtpm) throws IOException {
        Path image = folder.resolve("image.raw");
        if (!Files.exists(image)) {
            Files.write(image, new byte[1 << 20]);
        }
        return new MachineSpec(
                id,
                NETWORK,
                new Shape(1, 512, 1),
                new BootMode(true, vtpm),
                image,
                Accelerator.FIRMWARE,
                Path.of("/usr/share/OVMF/OVMF_VARS_4M.ms.fd"),
                "10.224." + INDEX + ".5",
                "10.244.1.0/24",
                Bytes.utf8("{\"machine\":\"" + id + "\"}"));
    }

    @Test
    @DisplayName("a network opens, opens again, and closes without a trace")
    void networks() throws IOException {
        String forwarding = Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"));
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        assertThat(engine.openNetwork(NETWORK, INDEX)).isEqualTo(view);
        assertThat(Command.run(Duration.ofSeconds(9), List.of("ip", "route", "get", view.gateway()))
                        .out())
                .contains("sg" + tag + INDEX + "h");
        assertThatThrownBy(() -> engine.openNetwork(new NetworkId("c2"), INDEX))
                .hasMessageContaining("index 251 belongs to network c1");
        engine.closeNetwork(NETWORK);
        engine.closeNetwork(NETWORK);
        Folders.remove(home.run());
        assertThat(leftovers()).isEmpty();
        assertThat(Files.readString(Path.of("/proc/sys/net/ipv4/ip_forward"))).isEqualTo(forwarding);
    }

    @Test
    @DisplayName("a machine outlives the engine that made it, is isolated, and is deleted without a trace")
    void machine() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        MachineView made = engine.create(spec(true));
        assertThat(made.state()).isEqualTo(MachineState.RUNNING);
        assertThat(made.ekCertificate().orElseThrow().getSubjectX500Principal().getName())
                .isEqualTo("CN=" + id);
        assertThat(made.host().securePflash()).isTrue();
        assertThat(made.host().secureBootVariable()).contains(true);
        assertThat(made.host().starts()).isEqualTo(1);

        EmbeddedEngine second = another();
        assertThat(second.look(id)).contains(made);
        assertThat(second.list()).containsExactly(made);
        assertThat(second.create(spec(true)))
                .as("the same spec again changes nothing")
                .isEqualTo(made);
        second.isolate(id, true);
        assertThat(rules()).contains("arp daddr ip 10.224.251.1");
        second.isolate(id, false);
        assertThat(rules()).doesNotContain("arp daddr ip 10.224.251.1");
        assertThatThrownBy(() -> second.closeNetwork(NETWORK)).hasMessageContaining("delete them first");
        assertThat(second.sweep()).isEmpty();
        second.keepRemains(id, folder.resolve("remains"));
        assertThat(folder.resolve("remains")).isDirectoryContaining("glob:**/varstore.fd");
        second.delete(id);
        second.delete(id);
        assertThat(second.look(id)).isEmpty();
        assertThat(leftovers()).noneMatch(left -> left.contains(id.value()));
    }

    private String rules() {
        return Command.run(
                        Duration.ofSeconds(9),
                        List.of("ip", "netns", "exec", "sg-" + tag + "-" + INDEX, "nft", "list", "ruleset"))
                .out();
    }

    @Test
    @DisplayName("a create that was cut short is finished by the next, and a cut-short delete by the sweep")
    void cutShort() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        MachineRecords records = new MachineRecords(home);
        records.write(MachineRecord.of(spec(true)));
        Files.createDirectories(home.machine(id).resolve("tpm"));
        Files.writeString(home.machine(id).resolve("tpm").resolve("tpm2-00.permall"), "half");
        assertThat(another().look(id).orElseThrow().state()).isEqualTo(MachineState.DEFINED);
        assertThat(another().create(spec(true)).state()).isEqualTo(MachineState.RUNNING);
        records.write(records.find(id).orElseThrow().at(MachineRecord.Phase.DELETING));
        assertThat(another().sweep()).anyMatch(line -> line.contains(id.value()));
        assertThat(engine.look(id)).isEmpty();
    }

    @Test
    @DisplayName("the vTPM's state without its key does not start")
    void stateAlone() throws IOException {
        engine.openNetwork(NETWORK, INDEX);
        engine.create(spec(true));
        new Qemu(home, new Children(), id).stop();
        assertThat(engine.look(id).orElseThrow().state()).isEqualTo(MachineState.STOPPED);
        Json.write(home.key(id), new byte[32]);
        assertThatThrownBy(() -> engine.create(spec(true))).isInstanceOf(MachineException.class);
    }

    @Test
    @DisplayName("a firmware probe tells every event of PCR 0 to 7, replayed to the TPM's registers, and is cached")
    void probe() {
        FirmwareProbe probe = engine.firmwareProbe();
        Path varstore = Path.of("/usr/share/OVMF/OVMF_VARS_4M.ms.fd");
        Shape shape = new Shape(1, 512, 1);
        BootMode both = new BootMode(true, true);
        FirmwareReference learnt = probe.probe(shape, both, Accelerator.FIRMWARE, varstore);
        assertThat(learnt.events().stream().map(FirmwareReference.MeasuredEvent::component))
                .startsWith("firmware version", "firmware volume PEIFV", "firmware volume DXEFV", "variable SecureBoot")
                .contains("variable BootOrder", "Calling EFI Application from Boot Option")
                .endsWith("separator");
        assertThat(another().firmwareProbe().probe(shape, both, Accelerator.FIRMWARE, varstore))
                .isEqualTo(learnt);
        assertThatThrownBy(() -> probe.probe(shape, new BootMode(true, false), Accelerator.FIRMWARE, varstore))
                .hasMessageContaining("measures nothing");
    }

    @Test
    @DisplayName("KVM is chosen by trying it, once")
    void capacity() {
        Capacity capacity = engine.capacity();
        assertThat(capacity.accelerator()).isIn("kvm", "tcg");
        assertThat(capacity.why()).isNotBlank();
        assertThat(capacity.freeMemoryMib()).isBetween(0L, capacity.memoryMib());
        assertThat(another().capacity().why()).isEqualTo(capacity.why());
    }
}
