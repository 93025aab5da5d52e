package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import dev.sigillo.pki.Pem;
import dev.sigillo.process.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node image in the embedded engine: minutes when emulated, so only when asked for by SIGILLO_NODE_IMAGE. */
@Tag("boots")
class NodeBootTest {
    @TempDir
    private Path folder;

    @Test
    @DisplayName(
            "what a booted node measured in PCR 0, 1, 2, 3 and 6 is what the probe foretold; it reaches the enrolment port only")
    void boot() throws IOException, MalformedException {
        String image = System.getenv().getOrDefault("SIGILLO_NODE_IMAGE", "");
        Assumptions.assumeTrue(!image.isEmpty(), "set SIGILLO_NODE_IMAGE to the folder of a node image");
        Path files = Path.of(image);
        String tag = HexFormat.of().toHexDigits((short) new SecureRandom().nextInt());
        EngineHome home =
                new EngineHome(folder.resolve("home"), Path.of("/run/sigillo-" + tag), folder.resolve("cache"), tag);
        FleetCa fleet = FleetCa.open(folder.resolve("fleet"), Clock.systemUTC());
        EmbeddedEngine engine = EmbeddedEngine.open(home, fleet);
        MachineId id = MachineId.random(new SecureRandom());
        NetworkId network = new NetworkId("c1");
        Shape shape = new Shape(2, 2048, 4);
        Path varstore = files.resolve("OVMF_VARS.secureboot.fd");
        try {
            NetworkView view = engine.openNetwork(network, 252);
            String config = """
                    {"machine":"%s","address":"10.224.252.5/24","gateway":"%s","enrolment":"https://%s:9443","caCertificate":"%s"}""".formatted(
                            id,
                            view.gateway(),
                            view.enrolmentAddress(),
                            Pem.of(fleet.certificate()).replace("\n", "\\n"));
            MachineSpec spec = new MachineSpec(
                    id,
                    network,
                    shape,
                    new BootMode(true, true),
                    files.resolve("disk.raw"),
                    Accelerator.FIRMWARE,
                    varstore,
                    "10.224.252.5",
                    "10.244.1.0/24",
                    Bytes.utf8(config));
            try (ServerSocket enrolment = new ServerSocket(9443, 5, InetAddress.getByName(view.enrolmentAddress()))) {
                enrolment.setSoTimeout(400_000);
                long start = System.nanoTime();
                engine.create(spec);
                try (Socket agent = enrolment.accept()) {
                    System.out.println("agent came from " + agent.getInetAddress() + " after "
                            + Duration.ofNanos(System.nanoTime() - start));
                    assertThat(agent.getInetAddress().getHostAddress()).isEqualTo("10.224.252.5");
                }
            } finally {
                System.out.println(engine.console(id, 6000));
            }
            Map<Integer, String> booted;
            try (Qmp qmp = new Qmp(home.qmpSocket(id), Duration.ofSeconds(60))) {
                qmp.execute("stop", Map.of());
                booted = firmwarePart(
                        new GuestMemory(qmp, new JailPaths(home.run()), new Disks(home, id).folder()).logArea(2048));
            }
            engine.isolate(id, true);
            System.out.println(Command.run(
                            Duration.ofSeconds(9),
                            List.of("ip", "netns", "exec", view.namespace(), "nft", "list", "ruleset"))
                    .out());
            System.out.println(engine.look(id));
            engine.delete(id);
            FirmwareReference foretold =
                    engine.firmwareProbe().probe(shape, new BootMode(true, true), Accelerator.FIRMWARE, varstore);
            Map<Integer, String> expected = new TreeMap<>();
            for (MeasuredEvent event : foretold.events()) {
                expected.merge(event.pcr(), event.sha256().hex() + "\n", String::concat);
            }
            for (int pcr : List.of(0, 1, 2, 3, 6)) {
                assertThat(booted.get(pcr)).as("PCR " + pcr).isEqualTo(expected.get(pcr));
            }
            for (int pcr : List.of(4, 5, 7)) {
                assertThat(booted.get(pcr)).as("PCR " + pcr).startsWith(expected.get(pcr));
            }
        } finally {
            engine.delete(id);
            engine.closeNetwork(network);
            engine.sweep();
            Folders.remove(home.run());
        }
        assertThat(Files.exists(home.machine(id))).isFalse();
    }

    /** The SHA-256 digests by PCR; the running kernel has reused the end of the area, so it is read up to nonsense. */
    private static Map<Integer, String> firmwarePart(Bytes area) throws MalformedException {
        ByteReader in = new ByteReader(area);
        in.bytes("header", 28);
        in.bytes("Spec ID", in.u32le("size"));
        Map<Integer, String> digests = new TreeMap<>();
        while (in.remaining() > 50) {
            int pcr = (int) in.u32le("pcr");
            long type = in.u32le("type");
            if (in.u32le("count") != 1 || in.u16le("algorithm") != HashAlgorithm.SHA256.tpmId()) {
                break;
            }
            String digest = in.bytes("digest", 32).hex();
            long size = in.u32le("size");
            if (size > in.remaining()) {
                break;
            }
            in.bytes("event", size);
            if (type != EventType.EV_NO_ACTION) {
                digests.merge(pcr, digest + "\n", String::concat);
            }
        }
        return digests;
    }
}
