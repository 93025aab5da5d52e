package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
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
        return new ReferenceManifest(full.image(), true, true, pcrs, full.drivers(), full.commandLine());
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
        ReferenceManifest manifest =
                new ReferenceManifest(full.image(), true, true, image, full.drivers(), full.commandLine());

        assertThat(judge(manifest).passing()).isFalse();
        assertThat(judge(manifest.withFirmware(firmware)).passing()).isTrue();
    }

    @Test
    @DisplayName("An empty manifest lets nothing through")
    void empty() {
        assertThat(judge(new ReferenceManifest("empty", true, true, List.of(), List.of(), ""))
                        .passing())
                .isFalse();
    }

    @Test
    @DisplayName("A manifest whose command line is not the one it measures lets nothing through")
    void commandLine() {
        ReferenceManifest full = Forger.manifest(true);
        ReferenceManifest other = new ReferenceManifest(
                full.image(), true, true, full.pcrs(), full.drivers(), full.commandLine() + " quiet");

        assertThat(judge(other).failures()).extracting(Finding::check).containsExactly(Check.MANIFEST);
    }

    @Test
    @DisplayName("PCR 1 as a set: one event more in the manifest may be missing, none in the log may be unknown")
    void set() {
        ReferenceManifest full = Forger.manifest(true);
        PcrReference one = full.pcr(1).orElseThrow();
        List<ExpectedEvent> more = new ArrayList<>(one.events());
        more.add(new ExpectedEvent(
                "EV_EFI_VARIABLE_BOOT",
                Digest.of(HashAlgorithm.SHA256, Bytes.utf8("another entry")),
                "boot entry Boot0001",
                Origin.PROBED));

        assertThat(judge(full.withFirmware(List.of(new PcrReference(1, Match.SET, more))))
                        .passing())
                .isTrue();
    }
}
