package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.TpmPublic;
import java.util.Base64;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A file with a public key is told by its content")
class KeyFileTest {

    private static final Bytes CERTIFICATE = ForgedKey.root("CN=EK").der();
    private static final Bytes SPKI = Bytes.of(SoftAk.RSA2048.publicKey().getEncoded());

    private static String pem(String label, Bytes der) {
        return "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der.toByteArray())
                + "\n-----END " + label + "-----\n";
    }

    private static EvidenceKey read(String text) throws MalformedException {
        return KeyFile.read(Bytes.utf8(text));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("TPM2B_PUBLIC, TPMT_PUBLIC, SubjectPublicKeyInfo in DER and PEM: the same key")
    void forms(SoftAk kind) throws MalformedException {
        TpmPublic area = new Forger(true).signWith(kind).ak();
        Bytes framed = Bytes.concat(
                Bytes.of((byte) (area.encoded().size() >> 8), (byte)
                        area.encoded().size()),
                area.encoded());
        Bytes spki = Bytes.of(kind.publicKey().getEncoded());
        for (Bytes file : new Bytes[] {area.encoded(), framed, spki, Bytes.utf8(pem("PUBLIC KEY", spki))}) {
            EvidenceKey key = KeyFile.read(file);
            assertThat(key.publicKey()).contains(kind.publicKey());
            assertThat(key.certificates()).isEmpty();
        }
    }

    @Test
    @DisplayName("a certificate is a key too, in DER and PEM of either name; a key beside certificates is the key")
    void certificates() throws MalformedException {
        for (EvidenceKey key : new EvidenceKey[] {
            KeyFile.read(CERTIFICATE), read(pem("CERTIFICATE", CERTIFICATE)), read(pem("X509 CERTIFICATE", CERTIFICATE))
        }) {
            assertThat(key.publicKey()).isPresent();
            assertThat(key.certificates()).containsExactly(CERTIFICATE);
        }
        EvidenceKey both = read(pem("CERTIFICATE", CERTIFICATE) + pem("PUBLIC KEY", SPKI));
        assertThat(both.publicKey()).contains(SoftAk.RSA2048.publicKey());
        assertThat(both.certificates()).containsExactly(CERTIFICATE);
        assertThat(read(pem("EC PARAMETERS", Bytes.fromHex("06082a8648ce3d030107")) + pem("PUBLIC KEY", SPKI))
                        .publicKey())
                .contains(SoftAk.RSA2048.publicKey());
    }

    @Test
    @DisplayName("nothing, two keys, a private key, or no key at all is refused by name")
    void refused() {
        assertThatThrownBy(() -> KeyFile.read(Bytes.empty()))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("an empty file");
        assertThatThrownBy(() -> read(pem("PUBLIC KEY", SPKI) + pem("PUBLIC KEY", SPKI)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("2 public keys, one expected");
        assertThatThrownBy(() -> read(pem("EC PARAMETERS", Bytes.fromHex("06082a8648ce3d030107"))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("0 public keys");
        assertThatThrownBy(() -> read(pem("PRIVATE KEY", SPKI)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("a block PRIVATE KEY; PUBLIC KEY or CERTIFICATE expected");
        assertThatThrownBy(() -> read(pem("PUBLIC KEY", Bytes.fromHex("3000"))))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("no RSA or EC key");
        assertThatThrownBy(() -> KeyFile.read(Bytes.fromHex("3000"))).isInstanceOf(MalformedException.class);
    }
}
