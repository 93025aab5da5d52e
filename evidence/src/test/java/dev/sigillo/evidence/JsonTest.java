package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Components;
import dev.sigillo.attest.Driver;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.InvalidKeyException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTest {

    private static final Digest DIGEST = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("initrd"));
    private static final ReferenceManifest MANIFEST = new ReferenceManifest(
            "SigilloDebian-13gen2TLcontainerd-202611.24.0",
            true,
            true,
            List.of(new PcrReference(9, List.of(new ExpectedEvent("EV_IPL", DIGEST, Components.INITRD, Origin.FILE)))),
            List.of(new Driver("erofs", "/usr/lib/modules/erofs.ko.xz", DIGEST.value())),
            "/vmlinuz ro \"quoted\" ünicode");

    private static final Verdict VERDICT = new Verdict(
            "m-abcdefgh23",
            Instant.parse("2026-11-24T12:00:00Z"),
            List.of(
                    new Finding.Held(Check.QUOTE_SIGNATURE, "quote"),
                    new Finding.Broken(Check.BOOT_FILES, "initrd", "aa", "bb", "event 45, PCR 9"),
                    new Finding.Undecided(Check.FIRMWARE, "firmware", "a reference for PCR 0")));

    @Test
    @DisplayName("The states of a machine come back as they were written; one manifest alone is one state")
    void states() throws Exception {
        ReferenceStates states = new ReferenceStates(List.of(
                new ReferenceStates.State("new kernel, old GRUB", MANIFEST),
                new ReferenceStates.State("old kernel, old GRUB", MANIFEST)));
        Bytes json = ManifestSetJson.write(states);
        String text = json.utf8();

        assertThat(ManifestSetJson.read(json)).isEqualTo(states);
        assertThat(ManifestSetJson.write(ManifestSetJson.read(json))).isEqualTo(json);
        assertThat(ManifestSetJson.read(ManifestJson.write(MANIFEST))).isEqualTo(ReferenceStates.of(MANIFEST));
        for (String broken : List.of(
                text.replace("old kernel", "new kernel"),
                text.replace("\"state\"", "\"stat\""),
                text.replace("manifest-set-1", "manifest-set-2"),
                text.replace("sigillo-manifest-1", "sigillo-manifest-0"),
                "{\"format\":\"sigillo-manifest-set-1\",\"states\":[]}",
                text + "x")) {
            assertThatThrownBy(() -> ManifestSetJson.read(Bytes.utf8(broken))).isInstanceOf(MalformedException.class);
        }
    }

    @Test
    @DisplayName("A manifest comes back as it was written, and the same manifest gives the same bytes")
    void manifest() throws Exception {
        Bytes json = ManifestJson.write(MANIFEST);

        assertThat(ManifestJson.read(json)).isEqualTo(MANIFEST);
        assertThat(ManifestJson.write(ManifestJson.read(json))).isEqualTo(json);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"secureBoot\" : true | \"secureBoot\" : null | secureBoot",
                "\"secureBoot\" : true, | nothing | secureBoot",
                "\"drivers\" | \"surprise\" : 1, \"drivers\" | surprise",
                "\"vtpm\" : true, | \"image\" : \"x\", | Duplicate",
                "\"vtpm\" : true | \"secureBoot\" : true | Duplicate",
                "\"pcr\" : 9, | \"pcr\" : 9, \"match\" : \"SET\", | match",
                "\"drivers\" | \"driver\" | driver",
                "\"FILE\" | \"WHATEVER\" | WHATEVER",
                "sigillo-manifest-1 | sigillo-manifest-2 | sigillo-manifest-1 expected",
                "\"sha256\" : \" | \"sha256\" : \"00 | 33 bytes, 32 expected",
                "\"sha256\" : \" | \"sha256\" : \"zz | no hexadecimal digit"
            })
    @DisplayName("A manifest with a null, missing, doubled, unknown or malformed key is refused, and the key named")
    void strict(String from, String to, String named) {
        String json = ManifestJson.write(MANIFEST).utf8();
        String changed = json.replace(from, to.equals("nothing") ? "" : to);

        assertThat(changed).isNotEqualTo(json);
        assertThatThrownBy(() -> ManifestJson.read(Bytes.utf8(changed)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(named);
    }

    @Test
    @DisplayName("Text after a manifest is refused, and so is a PCR listed twice")
    void more() {
        Bytes json = ManifestJson.write(MANIFEST);
        PcrReference pcr = MANIFEST.pcrs().getFirst();
        Bytes twice = ManifestJson.write(new ReferenceManifest("x", true, true, List.of(pcr, pcr), List.of(), ""));

        assertThatThrownBy(() -> ManifestJson.read(Bytes.concat(json, Bytes.utf8("{}"))))
                .isInstanceOf(MalformedException.class);
        assertThatThrownBy(() -> ManifestJson.read(twice)).hasMessageContaining("PCR 9 twice");
    }

    @Test
    @DisplayName("What one machine alone measures gets into no image's file")
    void extension() {
        ReferenceManifest machine = MANIFEST.withExtension(15, Components.CONFIG_DRIVE, DIGEST);

        assertThatThrownBy(() -> ManifestJson.write(machine))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("config drive");
    }

    @Test
    @DisplayName("A signature holds for its own bytes by its own key, and for nothing else")
    void signed() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ManifestSignature.ALGORITHM);
        KeyPair key = generator.generateKeyPair();
        Bytes file = ManifestJson.write(MANIFEST);
        Bytes signature = ManifestSignature.sign(file, key.getPrivate());
        Bytes changed = Bytes.utf8(file.utf8().replace("true", "false"));

        assertThat(signature.size()).isEqualTo(64);
        assertThat(ManifestSignature.holds(file, signature, key.getPublic())).isTrue();
        assertThat(ManifestSignature.holds(changed, signature, key.getPublic())).isFalse();
        assertThat(ManifestSignature.holds(file, Bytes.empty(), key.getPublic()))
                .isFalse();
        assertThat(ManifestSignature.holds(
                        file, signature, generator.generateKeyPair().getPublic()))
                .isFalse();
        KeyPair rsa = KeyPairGenerator.getInstance("RSA").generateKeyPair();
        assertThat(ManifestSignature.holds(file, signature, rsa.getPublic())).isFalse();
        assertThatThrownBy(() -> ManifestSignature.sign(file, rsa.getPrivate()))
                .isInstanceOf(InvalidKeyException.class);
    }

    @Test
    @DisplayName("A verdict comes back as it was written; its summary names the worst finding")
    void verdict() throws Exception {
        String json = VerdictJson.write(VERDICT);

        assertThat(VerdictJson.read(json)).isEqualTo(VERDICT);
        assertThat(json)
                .contains("\"passing\":false")
                .contains("\"summary\":\"initrd: expected aa, was bb (event 45, PCR 9; pcr.9)\"")
                .contains(
                        "{\"check\":\"quote.signature\",\"rule\":\"7\",\"outcome\":\"held\",\"component\":\"quote\"}");
    }

    @Test
    @DisplayName("A finding of each check can be stored and read again")
    void everyCheck() throws Exception {
        List<Finding> findings = Arrays.stream(Check.values())
                .map(check -> (Finding) new Finding.Held(check, check.component()))
                .toList();
        Verdict verdict = new Verdict("m-abcdefgh23", VERDICT.at(), findings);

        assertThat(VerdictJson.read(VerdictJson.write(verdict))).isEqualTo(verdict);
        assertThat(VerdictJson.write(verdict)).contains("\"csr.key\"").contains("\"pcr.15\"");
    }

    @Test
    @DisplayName("A stored verdict cannot be made to pass by its text; keys of later versions are ignored")
    void edited() throws Exception {
        String json = VerdictJson.write(VERDICT).replace("\"passing\":false", "\"passing\":true,\"new\":1");

        assertThat(VerdictJson.read(json).passing()).isFalse();
    }

    @Test
    @DisplayName("Evidence comes back as it was written; values that are none are refused")
    void evidence() throws Exception {
        Evidence evidence = new Evidence(
                Bytes.fromHex("ff544347"),
                Bytes.fromHex("0014"),
                new TreeMap<>(Map.of(0, DIGEST, 15, DIGEST)),
                Bytes.utf8("log"),
                Bytes.empty());

        assertThat(EvidenceJson.read(EvidenceJson.write(evidence))).isEqualTo(evidence);
        for (Map<String, String> pcrs : List.of(
                Map.of("24", DIGEST.hex()),
                Map.of("-1", DIGEST.hex()),
                Map.of("00", DIGEST.hex()),
                Map.of("7", "00"))) {
            assertThatThrownBy(() -> EvidenceJson.pcrs(pcrs)).isInstanceOf(MalformedException.class);
        }
        String hostile = "\u001b[31m" + "x".repeat(5000);
        for (Map<String, String> pcrs : List.of(Map.of(hostile, DIGEST.hex()), Map.of("7", hostile))) {
            assertThatThrownBy(() -> EvidenceJson.pcrs(pcrs))
                    .isInstanceOf(MalformedException.class)
                    .message()
                    .doesNotContain("\u001b")
                    .hasSizeLessThan(200);
        }
    }
}
