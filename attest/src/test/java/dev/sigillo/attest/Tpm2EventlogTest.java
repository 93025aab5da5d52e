package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.testkit.Vectors;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * A second opinion. tpm2-tools 5.4 cannot read five of the logs: it refuses an OpenPOWER header with a digest, a log of one
 * EV_NO_ACTION, a CCEL's header and a trust point, and crashes at one that Windows wrote. In three more it is wrong about
 * PCR 0: it extends SP800-155 events, which are EV_NO_ACTION, and overlooks StartupLocality. All else must be alike.
 */
@DisplayName("tpm2_eventlog of tpm2-tools reads the same events and leads to the same PCRs")
@Tag("broad")
class Tpm2EventlogTest {

    private static final Path LOGS = Vectors.folder().resolve("eventlogs");
    private static final Path TOOL = Path.of("/usr/bin/tpm2_eventlog");

    private static final List<String> UNREAD = List.of(
            "acs--tpm2bios.bin",
            "go-attestation--short_no_action_eventlog.bin",
            "go-eventlog--cos-113-intel-tdx.bin",
            "guard-oss--windows_event_log.bin",
            "keylime--binary_bios_measurements-bogus.bin",
            "python3-uefi-eventlog--ideapad1.bin");

    private static final List<String> WRONG_PCR0 = List.of(
            "go-tpm-tools--eventlogwithsp800155.bin",
            "go-tpm-tools--glinux-alex.bin",
            "keylime--binary_bios_measurements.bin");

    /** What the tool printed: one line an event, and the registers by bank. */
    private record Reading(List<String> events, Map<String, Map<Integer, String>> pcrs) {}

    @TestFactory
    Stream<DynamicTest> vectors() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(TOOL), "skipped: no tpm2_eventlog; install tpm2-tools");
        Assumptions.assumeTrue(
                Files.isDirectory(LOGS), () -> "skipped: no vectors at " + LOGS + "; set SIGILLO_VECTORS");
        List<Path> files;
        try (Stream<Path> all = Files.list(LOGS)) {
            files = all.filter(file -> file.toString().endsWith(".bin")
                            && !UNREAD.contains(file.getFileName().toString()))
                    .sorted()
                    .toList();
        }
        return files.stream().map(file -> dynamicTest(file.getFileName().toString(), () -> agree(file)));
    }

    private static void agree(Path file) throws Exception {
        ParsedLog log = EventLog.parse(Bytes.of(Files.readAllBytes(file)));
        Reading reading = read(file, log.cryptoAgile());
        List<String> ours = new ArrayList<>();
        log.events().forEach(event -> {
            StringBuilder line = new StringBuilder(event.pcr() + " ")
                    .append(event.typeName().startsWith("0x") ? "Unknown event type" : event.typeName());
            event.digests().entrySet().stream()
                    .sorted(Map.Entry.comparingByKey())
                    .forEach(digest -> line.append(' ').append(digest.getValue().hex()));
            ours.add(line.toString());
        });
        assertThat(reading.events()).containsExactlyElementsOf(ours);
        Map<String, Map<Integer, String>> replayed = new TreeMap<>();
        for (HashAlgorithm bank : log.banks()) {
            Map<Integer, String> values = new TreeMap<>();
            log.replay(bank).forEach((pcr, value) -> values.put(pcr, value.hex()));
            replayed.put(bank.name().toLowerCase(Locale.ROOT), values);
        }
        if (WRONG_PCR0.contains(file.getFileName().toString())) {
            replayed.values().forEach(values -> values.remove(0));
            reading.pcrs().values().forEach(values -> values.remove(0));
        }
        assertThat(reading.pcrs()).isEqualTo(replayed);
    }

    private static Reading read(Path file, boolean agile) throws Exception {
        Process process = new ProcessBuilder(TOOL.toString(), file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        List<String> events = new ArrayList<>();
        Map<String, Map<Integer, String>> pcrs = new TreeMap<>();
        Map<String, String> digests = new TreeMap<>();
        String bank = "";
        String pcr = "";
        String type = "";
        boolean registers = false;
        for (String line : output.split("\n", -1)) {
            if (registers) {
                if (line.matches("  \\w+:")) {
                    bank = line.strip().replace(":", "");
                    pcrs.put(bank, new TreeMap<>());
                } else if (line.matches("    \\d+ *: 0x[0-9a-f]+")) {
                    String[] pair = line.strip().split(" *: 0x", -1);
                    pcrs.computeIfAbsent(bank, _ -> new TreeMap<>()).put(Integer.parseInt(pair[0]), pair[1]);
                }
            } else if (line.startsWith("  PCRIndex: ")) {
                pcr = line.substring("  PCRIndex: ".length());
            } else if (line.startsWith("  EventType: ")) {
                type = line.substring("  EventType: ".length());
            } else if (line.startsWith("  - AlgorithmId: ")) {
                bank = line.substring("  - AlgorithmId: ".length());
            } else if (line.startsWith("    Digest: \"")) {
                digests.put(bank, line.replaceAll(".*\"(.*)\".*", "$1"));
            } else if (line.startsWith("  EventSize: ")) {
                StringBuilder text = new StringBuilder(pcr + " ").append(type);
                digests.values().forEach(digest -> text.append(' ').append(digest));
                events.add(text.toString());
                digests.clear();
            } else if (line.equals("pcrs:")) {
                registers = true;
            }
        }
        return new Reading(agile ? events.subList(1, events.size()) : events, pcrs);
    }
}
