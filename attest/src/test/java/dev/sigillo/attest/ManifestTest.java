package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ManifestTest {

    private static Verdict judge(ReferenceManifest manifest) {
        Forger forger = new Forger(true);
        return Judge.judge(forger.evidence(), forger.subject(), manifest, Forger.NOW);
    }

    private static ReferenceManifest without(int pcr) {
        ReferenceManifest full = Forger.manifest(true);
        List<PcrReference> pcrs =
                full.pcrs().stream().filter(one -> one.pcr() != pcr).toList();
        return new ReferenceManifest(
                full.image(), true, true, pcrs, full.drivers(), full.commandLine(), full.extensions());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 14})
    @DisplayName("A manifest that is silent about a PCR lets nothing through")
    void silent(int pcr) {
        Verdict verdict = judge(without(pcr));

        assertThat(verdict.passing()).isFalse();
        assertThat(verdict.failures()).extracting(Finding::check).contains(Check.MANIFEST);
        assertThat(verdict.failures())
                .anyMatch(finding -> finding.check().id().equals("pcr." + pcr) && finding instanceof Finding.Undecided);
    }

    @Test
    @DisplayName("The firmware's part joins the image's: together they pass")
    void merge() {
        ReferenceManifest full = Forger.manifest(true);
        List<PcrReference> image = full.pcrs().stream()
                .filter(one -> one.pcr() > 3 && one.pcr() != 6)
                .toList();
        List<PcrReference> firmware = full.pcrs().stream()
                .filter(one -> one.pcr() <= 3 || one.pcr() == 6)
                .toList();
        ReferenceManifest manifest = new ReferenceManifest(
                        full.image(), true, true, image, full.drivers(), full.commandLine())
                .withExtension(15, Components.CONFIG_DRIVE, Forger.DRIVE);

        assertThat(judge(manifest).passing()).isFalse();
        assertThat(judge(manifest.withFirmware(firmware)).passing()).isTrue();
    }

    @Test
    @DisplayName("An empty manifest lets nothing through")
    void empty() {
        assertThat(judge(new ReferenceManifest("empty", true, true, List.of(), List.of(), ""))
                        .failures())
                .extracting(Finding::check)
                .contains(Check.MANIFEST, Check.FIRMWARE, Check.BOOT_LOADERS, Check.DRIVERS);
    }

    @Test
    @DisplayName("A manifest whose command line is not the one it measures lets nothing through")
    void commandLine() {
        ReferenceManifest full = Forger.manifest(true);
        ReferenceManifest other = new ReferenceManifest(
                full.image(),
                true,
                true,
                full.pcrs(),
                full.drivers(),
                full.commandLine() + " quiet",
                full.extensions());

        assertThat(judge(other).failures()).extracting(Finding::check).containsExactly(Check.MANIFEST);
    }

    @Test
    @DisplayName("A manifest for a machine without a vTPM lets no quote through")
    void noVtpm() {
        ReferenceManifest full = Forger.manifest(true);
        ReferenceManifest other = new ReferenceManifest(
                full.image(), true, false, full.pcrs(), full.drivers(), full.commandLine(), full.extensions());

        assertThat(judge(other).failures())
                .containsExactly(new Finding.Undecided(
                        Check.MANIFEST,
                        "reference manifest SigilloDebian-13-test",
                        "a complete manifest; it lacks a vTPM"));
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 12, 15, 16})
    @DisplayName("A manifest with events for a register that no firmware extends is not used")
    void foreignRegister(int pcr) {
        ReferenceManifest full = Forger.manifest(true);
        List<PcrReference> more = new ArrayList<>(full.pcrs());
        more.add(new PcrReference(pcr, full.pcr(8).orElseThrow().events()));
        ReferenceManifest other = new ReferenceManifest(
                full.image(), true, true, more, full.drivers(), full.commandLine(), full.extensions());

        assertThat(judge(other).failures())
                .containsExactly(new Finding.Undecided(
                        Check.MANIFEST,
                        "reference manifest SigilloDebian-13-test",
                        "a complete manifest; it lacks a use for its PCR " + pcr));
    }

    @Test
    @DisplayName("Two references for one PCR are none")
    void twice() {
        ReferenceManifest full = Forger.manifest(true);
        List<PcrReference> more = new ArrayList<>(full.pcrs());
        more.add(full.pcr(8).orElseThrow());
        ReferenceManifest other = new ReferenceManifest(
                full.image(), true, true, more, full.drivers(), full.commandLine(), full.extensions());

        assertThat(judge(other).failures())
                .extracting(Finding::check)
                .containsExactlyInAnyOrder(Check.MANIFEST, Check.BOOT_COMMANDS);
    }

    @Test
    @DisplayName("An extension is one SHA-256 digest of a register without a log, and survives the firmware's part")
    void extension() {
        ReferenceManifest full = Forger.manifest(true);
        Extension drive = new Extension(15, Components.CONFIG_DRIVE, Forger.DRIVE);

        assertThat(full.extension(15)).contains(drive);
        assertThat(full.withFirmware(List.of()).extensions()).containsExactly(drive);
        assertThat(full.withExtension(12, "addon", Attack.EVIL).extensions())
                .containsExactly(new Extension(12, "addon", Attack.EVIL), drive);
        assertThatThrownBy(() -> full.withExtension(15, "again", Attack.EVIL)).hasMessageContaining("already");
        for (int pcr : List.of(-1, 0, 8, 10, 14, 16)) {
            assertThatThrownBy(() -> full.withExtension(pcr, "x", Attack.EVIL))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        Digest other = Digest.zero(HashAlgorithm.SHA384);
        assertThatThrownBy(() -> full.withExtension(13, "x", other)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new ExpectedEvent("EV_IPL", other, "x", Origin.FILE))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
