package dev.sigillo.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.HostClaims;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("Evidence in every form that is read, told by its content")
class EvidenceFormatsTest {

    private static final Digest VALUE = Digest.of(HashAlgorithm.SHA256, Bytes.utf8("value"));
    private static final MachineEvidence EVIDENCE = new MachineEvidence(
            MachineEvidenceJson.FORMAT,
            List.of(new EvidenceQuote(
                    Bytes.fromHex("ff544347"),
                    Bytes.fromHex("0014"),
                    new TreeMap<>(Map.of(
                            HashAlgorithm.SHA256,
                            new TreeMap<>(Map.of(0, VALUE, 23, VALUE)),
                            HashAlgorithm.SHA384,
                            new TreeMap<>(Map.of(7, Digest.zero(HashAlgorithm.SHA384))))))),
            Optional.of(EvidenceKey.ofSpki(Bytes.utf8("spki"), List.of(Bytes.utf8("certificate")))),
            Optional.empty(),
            Bytes.utf8("log"),
            Bytes.utf8("ccel"),
            Bytes.utf8("ima"),
            Optional.of(Bytes.fromHex("00ff")),
            new HostClaims("host-1", "2026-11-25T12:00:00Z", "sigillo 0.1.0"));

    private static Bytes vector(String name) throws IOException {
        Path file = Vectors.folder().resolve(name);
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return Bytes.of(Files.readAllBytes(file));
    }

    @Test
    @DisplayName("sigillo-evidence-2 comes back as it was written, with every key and with as few as can be")
    void version2() throws Exception {
        assertThat(EvidenceFormats.read(Bytes.utf8(MachineEvidenceJson.write(EVIDENCE))))
                .isEqualTo(EVIDENCE);
        MachineEvidence least = EvidenceFormats.read(Bytes.utf8("""
                {"format":"sigillo-evidence-2","quotes":[]}"""));
        assertThat(least.quotes()).isEmpty();
        assertThat(least.host()).isEqualTo(HostClaims.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\0',
            value = {
                "\"eventLog\" | \"surprise\" : 1, \"eventLog\" | surprise",
                "\"ccel\" | \"eventLog\" | Duplicate",
                "\"tool\" : | \"colour\" : | colour",
                "\"attest\" : | \"attests\" : | attests",
                "\"sha384\" | \"md5\" | md5",
                "\"23\" | \"24\" | 24",
                "\"23\" | \"023\" | 023",
                "\"spki\" | \"public\" | type",
                "\"nonce\" : \"00ff\" | \"nonce\" : \"0f0\" | odd length",
                "\"nonce\" : \"00ff\" | \"nonce\" : null | null",
                "\"nonce\" : \"00ff\" | \"nonce\" : 17 | a number, a string expected",
                "sigillo-evidence-2 | sigillo-evidence-3 | sigillo-evidence-2 expected"
            })
    @DisplayName("A key that is unknown, doubled, null or of another form is refused and named")
    void strict(String from, String to, String named) {
        String json = MachineEvidenceJson.write(EVIDENCE);
        String changed = json.replace(from, to);

        assertThat(changed).isNotEqualTo(json);
        assertThatThrownBy(() -> EvidenceFormats.read(Bytes.utf8(changed)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(named);
    }

    @Test
    @DisplayName("go-tpm-tools: three quotes of three banks, the AK with its certificate, the log")
    void goTpmTools() throws Exception {
        MachineEvidence evidence = EvidenceFormats.read(vector("quotes/gce-cos-85-no-nonce.pb"));

        assertThat(evidence.format()).contains("go-tpm-tools");
        assertThat(evidence.quotes()).hasSize(3);
        assertThat(evidence.quotes().stream().flatMap(quote -> quote.pcrs().keySet().stream()))
                .containsExactlyInAnyOrder(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384);
        assertThat(evidence.quotes())
                .allSatisfy(quote -> assertThat(quote.pcrs().values())
                        .singleElement()
                        .satisfies(bank -> assertThat(bank).hasSize(24)));
        assertThat(evidence.ak().orElseThrow().certificates()).hasSize(1);
        assertThat(evidence.eventLog().size()).isEqualTo(23_970);
    }

    @ParameterizedTest
    @CsvSource({
        "quotes/windows_gcp_shielded_vm.json, go-attestation, 43324, SHA1, true",
        "quotes/tpm_evidence.json, Trustee, 0, SHA256, true",
        "quotes/quote.bin, azure-cvm-tooling, 0, SHA256, false"
    })
    @DisplayName(
            "go-attestation, Trustee and azure-cvm-tooling: 24 values of one bank each, with what they know of the key")
    void foreign(String file, String format, int log, HashAlgorithm bank, boolean key) throws Exception {
        MachineEvidence evidence = EvidenceFormats.read(vector(file));

        assertThat(evidence.format()).contains(format);
        assertThat(evidence.quotes()).hasSize(1);
        assertThat(evidence.quotes().getFirst().pcrs()).containsOnlyKeys(bank);
        assertThat(evidence.quotes().getFirst().pcrs().get(bank)).hasSize(24);
        assertThat(evidence.eventLog().size()).isEqualTo(log);
        assertThat(evidence.ak().flatMap(EvidenceKey::publicKey).isPresent()).isEqualTo(key);
    }

    private static Bytes tpm2ToolsPcrs() {
        ByteWriter out = new ByteWriter()
                .u32le(1)
                .u16le(0x000B)
                .u8(3)
                .bytes(Bytes.fromHex("81000000"))
                .u8(0);
        out.bytes(Bytes.zeros(15 * 8)).u32le(1).u32le(2);
        for (int i = 0; i < 8; i++) {
            out.u16le(i < 2 ? 32 : 0)
                    .bytes(i < 2 ? VALUE.value() : Bytes.zeros(32))
                    .bytes(Bytes.zeros(32));
        }
        return out.toBytes();
    }

    @Test
    @DisplayName("Keylime: a quote alone, the agent's reply, and the durable record with AK and nonce")
    void keylime() throws Exception {
        String quote = "r" + Bytes.fromHex("ff544347").base64() + ":"
                + Bytes.fromHex("0014").base64() + ":" + tpm2ToolsPcrs().base64();
        MachineEvidence alone = EvidenceFormats.read(Bytes.utf8(quote + "\n"));
        assertThat(alone.format()).isEqualTo("Keylime quote");
        assertThat(alone.quotes().getFirst().pcrs()).containsOnlyKeys(HashAlgorithm.SHA256);
        assertThat(alone.quotes().getFirst().pcrs().get(HashAlgorithm.SHA256)).containsOnlyKeys(0, 7);

        String results =
                "{\"quote\":\"" + quote + "\",\"hash_alg\":\"sha256\",\"enc_alg\":\"rsa\",\"sign_alg\":\"rsassa\","
                        + "\"pubkey\":\"x\",\"ima_measurement_list\":\"10 …\",\"mb_measurement_list\":\"bG9n\"}";
        MachineEvidence reply =
                EvidenceFormats.read(Bytes.utf8("{\"code\":200,\"status\":\"Success\",\"results\":" + results + "}"));
        assertThat(reply.format()).contains("agent reply");
        assertThat(reply.eventLog()).isEqualTo(Bytes.utf8("log"));
        assertThat(EvidenceFormats.read(Bytes.utf8(results)).quotes()).isEqualTo(reply.quotes());

        MachineEvidence record = EvidenceFormats.read(
                Bytes.utf8("{\"agent\":{\"agent_id\":\"d432\",\"nonce\":\"abc\"},\"json_response\":{\"results\":"
                        + results + "}}"));
        assertThat(record.format()).contains("durable");
        assertThat(record.nonce()).contains(Bytes.utf8("abc"));
        assertThat(record.host().hostname()).isEqualTo("d432");
    }

    @Test
    @DisplayName("tpm2-tools' PCR values: as many as the selection names, to the last byte")
    void tpm2Tools() {
        Bytes good = tpm2ToolsPcrs();
        for (Bytes bad : List.of(
                good.slice(0, good.size() - 1),
                Bytes.concat(good, Bytes.zeros(1)),
                Bytes.concat(Bytes.fromHex("11"), good.slice(1, good.size())),
                Bytes.concat(good.slice(0, 7), Bytes.fromHex("01"), good.slice(8, good.size())),
                Bytes.concat(good.slice(0, 7), Bytes.fromHex("83"), good.slice(8, good.size())))) {
            assertThatThrownBy(() -> Tpm2ToolsPcrs.read(bad)).isInstanceOf(MalformedException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{}", "{\"a\":1}", "hello", "r:::", "[1]", "{\"format\":7}", "{", "\u0000\u0000"})
    @DisplayName("What is none of the forms is refused, with what was seen")
    void none(String text) {
        assertThatThrownBy(() -> EvidenceFormats.read(Bytes.utf8(text))).isInstanceOf(MalformedException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "quotes/gce-cos-85-no-nonce.pb",
                "quotes/windows_gcp_shielded_vm.json",
                "quotes/quote.bin",
                "eventlogs/own--debian12-ovmf-swtpm.bin"
            })
    @DisplayName("A file with flipped or cut bytes is read or refused, and nothing else happens")
    void hostile(String file) throws Exception {
        byte[] good = vector(file).toByteArray();
        long seed = 20_261_125L;
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < 150; i++) {
            byte[] bad = good.clone();
            for (int flips = random.nextInt(1, 8); flips > 0; flips--) {
                bad[random.nextInt(Math.min(bad.length, i % 2 == 0 ? 600 : bad.length))] = (byte) random.nextInt(256);
            }
            Bytes cut = Bytes.of(bad, 0, i % 3 == 0 ? random.nextInt(bad.length) : bad.length);
            try {
                EvidenceFormats.read(cut);
            } catch (MalformedException refused) {
                assertThat(refused.getMessage()).as("seed " + seed).isNotBlank();
            }
        }
    }
}
