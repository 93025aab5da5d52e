package dev.sigillo.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.Vectors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@DisplayName("Logs of other people's machines, read by someone else too")
class VectorsTest {

    private static final Path LOGS = Vectors.folder().resolve("eventlogs");

    @TestFactory
    Stream<DynamicTest> everyLogIsReadAsTheIndependentReaderReadIt() throws IOException {
        Path expected = LOGS.resolve("expected.json");
        Assumptions.assumeTrue(
                Files.isRegularFile(expected), () -> "skipped: no vectors at " + LOGS + "; set SIGILLO_VECTORS");
        JsonNode all = new ObjectMapper().readTree(Files.readAllBytes(expected));
        return all.propertyStream()
                .map(entry -> dynamicTest(entry.getKey(), () -> {
                    Bytes log = Bytes.of(Files.readAllBytes(LOGS.resolve(entry.getKey())));
                    compare(log, entry.getValue());
                }));
    }

    private static void compare(Bytes bytes, JsonNode expected) throws MalformedException {
        if (!expected.get("parses").booleanValue()) {
            assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> EventLog.parse(bytes));
            return;
        }
        ParsedLog log = EventLog.parse(bytes);
        assertThat(log.cryptoAgile()).isEqualTo(expected.get("cryptoAgile").booleanValue());
        assertThat(log.events()).hasSize(expected.get("events").intValue());
        JsonNode secureBoot = expected.get("secureBoot");
        assertThat(secureBoot(log)).isEqualTo(secureBoot.isNull() ? "none" : secureBoot.stringValue());
        SortedMap<String, SortedMap<Integer, String>> banks = new TreeMap<>();
        for (HashAlgorithm bank : log.banks()) {
            SortedMap<Integer, String> values = new TreeMap<>();
            log.replay(bank).forEach((pcr, value) -> values.put(pcr, value.hex()));
            banks.put(bank.name().toLowerCase(Locale.ROOT), values);
            assertThat(log.verify(log.replay(bank)).replays()).isTrue();
        }
        SortedMap<String, SortedMap<Integer, String>> right = new TreeMap<>();
        expected.get("pcrs").propertyStream().forEach(bank -> {
            SortedMap<Integer, String> values = new TreeMap<>();
            bank.getValue()
                    .propertyStream()
                    .forEach(pcr -> values.put(
                            Integer.valueOf(pcr.getKey()), pcr.getValue().stringValue()));
            right.put(bank.getKey(), values);
        });
        assertThat(banks).isEqualTo(right);
    }

    /** What the first SecureBoot variable says, whether that is bound or not. */
    private static String secureBoot(ParsedLog log) throws MalformedException {
        for (Event event : log.events()) {
            if (event.type() != EventType.EV_EFI_VARIABLE_DRIVER_CONFIG) {
                continue;
            }
            ByteReader in = new ByteReader(event.payload());
            in.bytes("vendor", 16);
            long name = in.u64le("nameLength");
            long size = in.u64le("dataLength");
            byte[] text = in.bytes("name", 2 * name).toByteArray();
            if (new String(text, StandardCharsets.UTF_16LE).equals("SecureBoot")) {
                String value = in.bytes("data", size).hex();
                return switch (value) {
                    case "" -> "empty";
                    case "00" -> "off";
                    case "01" -> "on";
                    default -> value;
                };
            }
        }
        return "none";
    }

    @TestFactory
    @DisplayName("Rule 20: of a register that does not replay no event is used, and each one is named")
    Stream<DynamicTest> brokenRegisters() throws IOException {
        Path own = LOGS.resolve("own--debian12-ovmf-swtpm.bin");
        Assumptions.assumeTrue(
                Files.isRegularFile(own), () -> "skipped: no vectors at " + LOGS + "; set SIGILLO_VECTORS");
        Bytes bytes = Bytes.of(Files.readAllBytes(own));
        return Stream.of(0, 4, 7, 8, 9, 14)
                .map(pcr -> dynamicTest("PCR " + pcr, () -> {
                    ParsedLog log = EventLog.parse(bytes);
                    SortedMap<Integer, Digest> quoted = log.replay(HashAlgorithm.SHA256);
                    quoted.put(pcr, Digest.of(HashAlgorithm.SHA256, Bytes.utf8("another")));
                    quoted.put(12, Digest.of(HashAlgorithm.SHA256, Bytes.utf8("unexplained")));
                    VerifiedLog verified = log.verify(quoted);
                    assertThat(verified.mismatches())
                            .extracting(VerifiedLog.Mismatch::pcr)
                            .isEqualTo(Stream.of(pcr, 12).sorted().toList());
                    assertThat(verified.events(pcr)).isEmpty();
                    assertThat(verified.events()).noneMatch(event -> event.pcr() == pcr);
                }));
    }
}
