package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.Vectors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

@DisplayName("Quotes of other people's TPMs")
class QuoteVectorsTest {

    private static final Path QUOTES = Vectors.folder().resolve("quotes");
    private static final SignatureScheme RSASSA_SHA256 =
            new SignatureScheme(SignatureScheme.Algorithm.RSASSA, HashAlgorithm.SHA256);

    @BeforeEach
    void present() {
        Assumptions.assumeTrue(
                Files.isDirectory(QUOTES), () -> "skipped: no vectors at " + QUOTES + "; set SIGILLO_VECTORS");
    }

    @Test
    @DisplayName("A Windows VM on GCE: AK, SHA-1 signature, and a creation attestation that is no quote")
    void windows() throws IOException, MalformedException {
        JsonNode all = json("windows_gcp_shielded_vm.json");
        TpmPublic ak = TpmPublic.parse(base64(all.get("AK").get("Public")));
        assertThat(ak.attributes()).isEqualTo(0x50472);
        assertThat(ak.isRestrictedSigning()).isTrue();
        assertThat(ak.nameAlgorithm()).isEqualTo(HashAlgorithm.SHA256);
        SignatureScheme scheme = ak.scheme().orElseThrow();
        assertThat(scheme).isEqualTo(new SignatureScheme(SignatureScheme.Algorithm.RSASSA, HashAlgorithm.SHA1));

        Attest attest = Attest.parse(base64(all.get("Quote").get("Quote")));
        assertThat(attest.clockInfo()).isEqualTo(new ClockInfo(10257171, 1045281252, 822490842, true));
        assertThat(attest.extraData()).isEqualTo(Bytes.empty());
        assertThat(TpmSignature.parse(base64(all.get("Quote").get("Signature")))
                        .verify(ak.publicKey(), attest.encoded(), scheme))
                .isTrue();
        TreeMap<Integer, Digest> pcrs = new TreeMap<>();
        for (JsonNode pcr : all.get("Log").get("PCRs")) {
            pcrs.put(pcr.get("Index").intValue(), new Digest(HashAlgorithm.SHA1, base64(pcr.get("Digest"))));
        }
        QuoteInfo quote = attest.quote().orElseThrow();
        assertThat(quote.pcrSelect()).containsExactly(PcrSelection.of(HashAlgorithm.SHA1, pcrs.keySet()));
        assertThat(quote.pcrDigest())
                .isEqualTo(QuoteInfo.digestOf(HashAlgorithm.SHA1, pcrs).value());

        Attest creation = Attest.parse(base64(all.get("AK").get("CreateAttestation")));
        assertThat(creation.type()).isEqualTo(0x801A);
        assertThat(creation.quote()).isEmpty();
        assertThat(creation.nv()).isEmpty();
        CreationData made = CreationData.parse(base64(all.get("AK").get("CreateData")));
        assertThat(made.isOf(ak, creation)).isTrue();
        assertThat(made.isOf(ak, attest)).isFalse();
        byte[] other = made.encoded().toByteArray();
        other[other.length - 1] ^= 1;
        assertThatThrownBy(() -> CreationData.parse(Bytes.of(other))).isInstanceOf(MalformedException.class);
        byte[] elsewhere = made.encoded().toByteArray();
        elsewhere[elsewhere.length - 3] ^= 1;
        assertThat(CreationData.parse(Bytes.of(elsewhere)).isOf(ak, creation)).isFalse();
        assertThat(TpmSignature.parse(base64(all.get("AK").get("CreateSignature")))
                        .verify(ak.publicKey(), creation.encoded(), scheme))
                .isTrue();
    }

    @Test
    @DisplayName("Trustee's sample: RSASSA with SHA-256 over 24 registers")
    void trustee() throws Exception {
        JsonNode all = json("tpm_evidence.json");
        PublicKey ak = rsa(base64(all.get("ak_public")));
        JsonNode quote = all.get("tpm_quote");
        Attest attest = Attest.parse(base64(quote.get("message")));
        TreeMap<Integer, Digest> pcrs = new TreeMap<>();
        for (JsonNode value : quote.get("pcrs")) {
            pcrs.put(pcrs.size(), Digest.fromHex(HashAlgorithm.SHA256, value.stringValue()));
        }
        holds(ak, attest, TpmSignature.parse(base64(quote.get("signature"))), pcrs);
        assertThat(attest.clockInfo().resetCount()).isEqualTo(2);
        assertThat(attest.extraData().size()).isEqualTo(64);
    }

    @Test
    @DisplayName("An Azure confidential VM: good as it is, not with the signature reversed")
    void azure() throws Exception {
        ByteReader in = new ByteReader(Bytes.of(Files.readAllBytes(QUOTES.resolve("quote.bin"))));
        Bytes signature = in.bytes("signature", in.u64le("size"));
        Attest attest = Attest.parse(in.bytes("attest", in.u64le("size")));
        TreeMap<Integer, Digest> pcrs = new TreeMap<>();
        for (long left = in.u64le("count"); left > 0; left--) {
            pcrs.put(pcrs.size(), new Digest(HashAlgorithm.SHA256, in.bytes("pcr", 32)));
        }
        in.requireEnd("quote.bin");
        String pem = Files.readString(QUOTES.resolve("akpub.pem"));
        PublicKey ak = rsa(Bytes.fromBase64(pem.replaceAll("-----[A-Z ]+-----|\\s", "")));
        holds(ak, attest, new TpmSignature(RSASSA_SHA256, signature), pcrs);
        assertThat(attest.extraData()).isEqualTo(Bytes.utf8("challenge"));
        byte[] reversed = new byte[signature.size()];
        for (int i = 0; i < reversed.length; i++) {
            reversed[i] = (byte) signature.at(reversed.length - 1 - i);
        }
        assertThat(new TpmSignature(RSASSA_SHA256, Bytes.of(reversed)).verify(ak, attest.encoded(), RSASSA_SHA256))
                .isFalse();
    }

    private static void holds(PublicKey ak, Attest attest, TpmSignature signature, SortedMap<Integer, Digest> pcrs) {
        assertThat(signature.verify(ak, attest.encoded(), RSASSA_SHA256)).isTrue();
        QuoteInfo quote = attest.quote().orElseThrow();
        assertThat(quote.pcrSelect()).containsExactly(PcrSelection.of(HashAlgorithm.SHA256, pcrs.keySet()));
        assertThat(quote.pcrDigest())
                .isEqualTo(QuoteInfo.digestOf(HashAlgorithm.SHA256, pcrs).value());
    }

    private static JsonNode json(String name) throws IOException {
        return new ObjectMapper().readTree(Files.readAllBytes(QUOTES.resolve(name)));
    }

    private static Bytes base64(JsonNode text) {
        return Bytes.fromBase64(text.stringValue());
    }

    private static PublicKey rsa(Bytes spki) throws GeneralSecurityException {
        return KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(spki.toByteArray()));
    }
}
