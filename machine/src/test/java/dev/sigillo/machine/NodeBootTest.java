package dev.sigillo.machine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.machine.FirmwareReference.MeasuredEvent;
import dev.sigillo.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real node image in the embedded engine: minutes when emulated, so only when asked for by SIGILLO_NODE_IMAGE. */
@Tag("boots")
class NodeBootTest extends RealEngine {
    private static final Shape NODE = new Shape(2, 2048, 4);

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @DisplayName(
            "a booted node measured in PCR 0, 1, 2, 3 and 6 what the probe foretold, reaches the enrolment port only,"
                    + " and leaves its varstore as firmware and shim leave it, also after a reset")
    void boot(boolean secureBoot) throws IOException, MalformedException {
        String image = System.getenv().getOrDefault("SIGILLO_NODE_IMAGE", "");
        Assumptions.assumeTrue(!image.isEmpty(), "set SIGILLO_NODE_IMAGE to the folder of a node image");
        Path files = Path.of(image);
        BootMode mode = new BootMode(secureBoot, true);
        template = files.resolve(secureBoot ? "OVMF_VARS.secureboot.fd" : "OVMF_VARS.plain.fd");
        NetworkView view = engine.openNetwork(NETWORK, INDEX);
        MachineSpec spec = spec(files, mode, view);
        try (ServerSocket enrolment = new ServerSocket(9443, 5, InetAddress.getByName(view.enrolmentAddress()))) {
            enrolment.setSoTimeout(400_000);
            long start = System.nanoTime();
            engine.create(spec);
            awaitAgent(enrolment, start);
            requireUntouched(secureBoot);
            Map<Integer, String> booted;
            try (Qmp qmp = new Qmp(home.qmpSocket(id), Duration.ofSeconds(60))) {
                qmp.execute("stop", Map.of());
                booted = firmwarePart(new GuestMemory(qmp, home, id).logArea(NODE.memoryMib()));
                qmp.execute("system_reset", Map.of());
                qmp.execute("cont", Map.of());
            }
            awaitAgent(enrolment, System.nanoTime());
            requireUntouched(secureBoot);
            FirmwareReference foretold = engine.firmwareProbe().probe(NODE, mode, Accelerator.FIRMWARE, template);
            assertThat(engine.firmwareProbe().known(id)).contains(foretold);
            requireForetold(booted, foretold);
        } finally {
            System.out.println(engine.console(id, 6000));
        }
    }

    private MachineSpec spec(Path files, BootMode mode, NetworkView view) {
        String config = """
                {"machine":"%s","address":"10.224.%d.5/24","gateway":"%s","enrolment":"https://%s:9443","caCertificate":"%s"}""".formatted(
                id,
                INDEX,
                view.gateway(),
                view.enrolmentAddress(),
                Pem.of(FleetCa.open(folder.resolve("fleet"), Clock.systemUTC()).certificate())
                        .replace("\n", "\\n"));
        return new MachineSpec(
                id,
                NETWORK,
                NODE,
                mode,
                files.resolve("disk.raw"),
                Accelerator.FIRMWARE,
                template,
                "10.224." + INDEX + ".5",
                "10.244.1.0/24",
                Bytes.utf8(config));
    }

    private static void awaitAgent(ServerSocket enrolment, long start) throws IOException {
        try (Socket agent = enrolment.accept()) {
            System.out.println("agent came from " + agent.getInetAddress() + " after "
                    + Duration.ofNanos(System.nanoTime() - start));
            assertThat(agent.getInetAddress().getHostAddress()).isEqualTo("10.224." + INDEX + ".5");
        }
    }

    private void requireUntouched(boolean secureBoot) {
        assertThat(engine.look(id).orElseThrow().host().varstore()).contains(new VarstoreFacts(secureBoot, List.of()));
    }

    private static void requireForetold(Map<Integer, String> booted, FirmwareReference foretold) {
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
