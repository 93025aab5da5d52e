package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.testkit.Vectors;
import dev.sigillo.uefi.SbatEntry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

@DisplayName("Boot facts of real logs")
class BootFactsVectorsTest {

    private static final Path LOGS = Vectors.folder().resolve("eventlogs");
    private static final Pattern STATE = Pattern.compile("\"secureBoot\"\\s*:\\s*(null|\"[^\"]*\")");
    private static final String DEBIAN = "own--debian12-ovmf-swtpm";

    private static final Set<String> NO_EXIT = Set.of(
            "HIRS--TpmLog",
            "acs--tpm2bios",
            "go-attestation--crypto_agile_eventlog",
            "go-attestation--sb_cert_eventlog",
            "go-attestation--short_no_action_eventlog",
            "go-tpm-tools--debian-10",
            "go-tpm-tools--glinux-alex",
            "guard-oss--binary_bios_measurements_15",
            "guard-oss--windows_event_log",
            "keylime--binary_bios_measurements",
            "python3-uefi-eventlog--inspur",
            "python3-uefi-eventlog--puiterwijk",
            "tcglog-parser--binary_bios_measurements",
            "tpm2-tools--event-postcode",
            "tpm2-tools--event-uefi-sha1-log");

    private static ParsedLog log(String name) throws Exception {
        Path file = LOGS.resolve(name + ".bin");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return EventLog.parse(Bytes.of(Files.readAllBytes(file)));
    }

    private static BootFacts facts(String name) throws Exception {
        ParsedLog log = log(name);
        return BootFacts.of(log, BootFacts.bestBank(log).orElseThrow());
    }

    @TestFactory
    @DisplayName(
            "Rules 24 and 27: SecureBoot as another reader found it; boot images withheld without ExitBootServices")
    Stream<DynamicTest> states() throws Exception {
        log(DEBIAN);
        String expected = Files.readString(LOGS.resolve("expected.json"));
        return Pattern.compile("\"([^\"]+)\\.bin\"\\s*:")
                .matcher(expected)
                .results()
                .filter(result -> !result.group(1).contains("bogus"))
                .map(result -> dynamicTest(result.group(1), () -> {
                    Matcher state = STATE.matcher(expected);
                    assertThat(state.find(result.end())).isTrue();
                    Optional<Boolean> on = switch (state.group(1)) {
                        case "\"on\"" -> Optional.of(true);
                        case "null" -> Optional.empty();
                        default -> Optional.of(false);
                    };
                    BootFacts facts = facts(result.group(1));
                    assertThat(facts.secureBoot()).isEqualTo(on);
                    assertThat(facts.reason("secureBoot").isPresent()).isEqualTo(on.isEmpty());
                    boolean exits = !NO_EXIT.contains(result.group(1));
                    assertThat(facts.exitBootServices().orElse(false)).isEqualTo(exits);
                    if (!exits) {
                        assertThat(facts.bootImages()).isEmpty();
                        assertThat(facts.reason("bootImages")).isPresent();
                    }
                }));
    }

    @Test
    @DisplayName("Debian 12 on OVMF: keys, authorities, images, commands, MOK and SBAT level, as the boot was")
    void debian() throws Exception {
        BootFacts facts = facts(DEBIAN);
        assertThat(facts.secureBoot()).contains(true);
        assertThat(facts.pk()).hasSize(1);
        assertThat(facts.kek()).hasSize(2);
        assertThat(facts.db()).extracting(KeyEntry::text).allMatch(text -> text.startsWith("CN=Microsoft "));
        assertThat(facts.dbx())
                .singleElement()
                .satisfies(entry -> assertThat(entry.fingerprint().hex())
                        .isEqualTo(HashAlgorithm.SHA256.hash().hex()));
        assertThat(facts.authorities()).extracting(Authority::variable).containsExactly("db", "SbatLevel", "MokListRT");
        assertThat(facts.bootImages())
                .extracting(image -> image.event() + " " + image.digest().hex().substring(0, 12))
                .containsExactly("26 80a66d53a945", "32 a68f6d71ebdd", "41 48df3aee4f75", "42 48df3aee4f75");
        BootImage shim = facts.bootImages().getFirst();
        assertThat(shim.path().orElseThrow()).endsWith("/\\EFI\\BOOT\\BOOTX64.EFI");
        assertThat(shim.authorisedBy().flatMap(Authority::subject).orElseThrow())
                .startsWith("CN=Microsoft Corporation UEFI CA 2011,");
        assertThat(facts.bootImages().get(1).authorisedBy()).isEmpty();
        assertThat(facts.bootImages().get(1).candidates()).hasSize(2);
        assertThat(facts.bootImages().get(1).why()).startsWith("cannot be known from this evidence: ");
        assertThat(facts.kernelCommandLine()).contains("/vmlinuz root=/dev/vda2 ro console=ttyS0 quiet");
        assertThat(facts.grubCommands()).hasSize(8).contains("boot").noneMatch(text -> text.startsWith("grub_cmd"));
        assertThat(facts.mok().getFirst().empty()).contains(true);
        assertThat(facts.mok().getFirst().content().orElseThrow()).endsWith("CN=Debian Secure Boot CA");
        assertThat(facts.sbatLevel().orElseThrow())
                .extracting(SbatEntry::component, SbatEntry::generation)
                .contains(org.assertj.core.groups.Tuple.tuple("grub", 5));
        assertThat(facts.remarks()).isEmpty();
        assertThat(facts.reasons()).isEmpty();
    }

    @Test
    @DisplayName("Rule 21: authorities of an old shim count without their extra byte")
    void extraByte() throws Exception {
        assertThat(facts("go-attestation--sb_cert_eventlog").authorities())
                .extracting(Authority::variable)
                .containsExactly("db", "Shim", "Shim");
        assertThat(facts("go-tpm-tools--debian-10").authorities()).hasSize(2);
    }

    @Test
    @DisplayName("RHEL 8: labels without a colon, commands hashed with their NUL")
    void rhel() throws Exception {
        BootFacts facts = facts("go-tpm-tools--rhel8-uefi");
        assertThat(facts.grubCommands()).hasSize(49);
        assertThat(facts.kernelCommandLine().orElseThrow()).startsWith("(hd0,gpt2)/boot/vmlinuz-4.18.0-240");
        assertThat(facts.reason("grubCommands")).isEmpty();
    }

    @Test
    @DisplayName("A CCEL's registers are looked at as the PCRs that they hold")
    void ccel() throws Exception {
        BootFacts facts = facts("go-eventlog--cos-113-intel-tdx");
        assertThat(facts.bank()).isEqualTo(HashAlgorithm.SHA384);
        assertThat(facts.db()).hasSize(1);
        assertThat(facts.bootImages()).hasSize(2);
        assertThat(facts.mok()).hasSize(3);
        assertThat(facts.grubCommands()).hasSize(14);
        assertThat(facts.kernelCommandLine()).isPresent();
    }

    @Test
    @DisplayName("Facts of a quote come from registers that replay; the others are not known, and say why")
    void verified() throws Exception {
        ParsedLog log = log(DEBIAN);
        var quoted = log.replay(HashAlgorithm.SHA256);
        assertThat(BootFacts.of(log.verify(quoted))).isEqualTo(BootFacts.of(log, HashAlgorithm.SHA256));
        quoted.put(7, quoted.get(4));
        BootFacts facts = BootFacts.of(log.verify(quoted));
        assertThat(facts.secureBoot()).isEmpty();
        assertThat(facts.reasons().get("secureBoot")).contains("PCR 7").contains("does not replay");
        assertThat(facts.bootImages())
                .hasSize(4)
                .allMatch(image -> image.authorisedBy().isEmpty());
        assertThat(BootFacts.of(log.verify(new java.util.TreeMap<>())).reasons().keySet())
                .containsAll(BootFacts.FIELDS);
    }

    @Test
    @DisplayName("In a bank that the log lacks nothing is known")
    void bank() throws Exception {
        BootFacts facts = BootFacts.of(log(DEBIAN), HashAlgorithm.SHA384);
        assertThat(facts.reasons().keySet()).containsExactlyInAnyOrderElementsOf(BootFacts.FIELDS);
        assertThat(List.of(facts.secureBoot(), facts.exitBootServices())).containsOnly(Optional.empty());
    }
}
