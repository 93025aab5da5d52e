package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.Finding;
import dev.sigillo.attest.LogForge;
import dev.sigillo.attest.Logged;
import dev.sigillo.attest.PolicyJudge;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.QuotedLog;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.uefi.VariableData;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Rules 28 and 29: a variable that says "on" is not enough. */
@DisplayName("Secure Boot that is on has keys, and an authority out of db")
class SecureBootOnTest {

    private static final String PROFILE = "any-linux";
    private static final int AUTHORITY = EventType.EV_EFI_VARIABLE_AUTHORITY;

    private static List<Event> boot() throws Exception {
        Path file = Vectors.folder().resolve("eventlogs/own--debian12-ovmf-swtpm.bin");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return EventLog.parse(Bytes.of(Files.readAllBytes(file))).events();
    }

    /** A consistent boot: what is left of the events, changed where they are variables, under a quote that bears them out. */
    private static Optional<Finding> worst(Predicate<Event> kept, UnaryOperator<VariableData> changed)
            throws Exception {
        List<Logged> events = new ArrayList<>();
        for (Event event : boot()) {
            if (!kept.test(event)) {
                continue;
            }
            boolean variable = event.type() == EventType.EV_EFI_VARIABLE_DRIVER_CONFIG || event.type() == AUTHORITY;
            Bytes payload = event.payload();
            Digest digest = event.digest(HashAlgorithm.SHA256).orElseThrow();
            if (variable) {
                VariableData before = VariableData.parse(payload);
                VariableData after = changed.apply(before);
                if (!after.equals(before)) {
                    payload = after.encode();
                    digest = Digest.of(HashAlgorithm.SHA256, payload);
                }
            }
            events.add(new Logged(event.pcr(), event.type(), digest, payload, ""));
        }
        QuotedLog quoted = new QuotedLog(new LogForge().of(events));
        PolicyQuestion question = new PolicyQuestion(
                Optional.of(quoted.nonce), Optional.empty(), List.of(), Instant.parse("2026-11-25T12:00:00Z"));
        return PolicyJudge.judge(
                        quoted.evidence(),
                        Profiles.policy(PROFILE).orElseThrow().policy(),
                        question)
                .verdict()
                .failures()
                .stream()
                .filter(finding -> finding.check().id().equals("secure-boot.state"))
                .findFirst();
    }

    @Test
    @DisplayName("An honest boot has")
    void honest() throws Exception {
        assertThat(worst(_ -> true, UnaryOperator.identity())).isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(strings = {"PK", "KEK", "db"})
    @DisplayName("An empty key variable is setup mode, whatever SecureBoot says")
    void emptyKeys(String name) throws Exception {
        Optional<Finding> finding = worst(
                _ -> true,
                data -> data.name().equals(name) ? new VariableData(data.vendor(), data.name(), Bytes.empty()) : data);

        assertThat(finding.orElseThrow().sentence()).contains("no " + name);
    }

    @Test
    @DisplayName("No authority, and nothing was verified")
    void noAuthority() throws Exception {
        assertThat(worst(event -> event.type() != AUTHORITY, UnaryOperator.identity())
                        .orElseThrow()
                        .sentence())
                .contains("no authority that let anything run");
    }

    @Test
    @DisplayName("An authority that db does not hold let nothing in")
    void foreignAuthority() throws Exception {
        Optional<Finding> finding = worst(
                _ -> true,
                data -> data.name().equals("db") && data.data().size() < 2000
                        ? new VariableData(data.vendor(), data.name(), lastByteTurned(data.data()))
                        : data);

        assertThat(finding.orElseThrow().sentence()).contains("an authority that db does not hold");
    }

    private static Bytes lastByteTurned(Bytes data) {
        byte[] changed = data.toByteArray();
        changed[changed.length - 1] ^= 1;
        return Bytes.of(changed);
    }
}
