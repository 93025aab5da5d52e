package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.ImaEntry;
import dev.sigillo.eventlog.ImaList;
import dev.sigillo.testkit.ForAll;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("IMA's signatures and keys of any bytes")
class ImaSignatureTest {

    private static final Bytes CONTENT = Bytes.utf8("content");
    private static final ImaSigner RSA = ImaSigner.rsa(2048);
    private static final ImaSigner EC = ImaSigner.ec("secp384r1");

    private static Bytes changed(Bytes bytes, RandomGenerator random) {
        byte[] array = bytes.toByteArray();
        int at = random.nextInt(array.length);
        array[at] ^= (byte) (1 << random.nextInt(8));
        int size = random.nextInt(8) == 0 ? random.nextInt(array.length + 1) : array.length;
        return Bytes.of(array, 0, size);
    }

    private static Finding judge(Bytes signature, List<ImaKey> keys) {
        ImaForge forge = new ImaForge();
        forge.lines.clear();
        forge.lines.add(
                ImaForge.line("/bin/file", HashAlgorithm.SHA256.hash(CONTENT)).with(signature));
        try {
            List<ImaEntry> entries =
                    ImaList.parse(forge.toBytes(new Forger(true).registers())).entries();
            return PolicyImaKeys.judge(entries, keys, List.of(), false);
        } catch (MalformedException malformed) {
            throw new AssertionError(malformed);
        }
    }

    @Test
    @DisplayName("One bit or the end of a signature changed: never held, never an exception")
    void signatures() throws MalformedException {
        for (ImaSigner signer : List.of(RSA, EC)) {
            List<ImaKey> keys = ImaKey.read(Bytes.utf8(signer.pem()));
            Bytes good = signer.sign(HashAlgorithm.SHA256, CONTENT);
            assertThat(judge(good, keys)).isInstanceOf(Finding.Held.class);
            ForAll.seeds(
                    200,
                    random -> assertThat(judge(changed(good, random), keys)).isNotInstanceOf(Finding.Held.class));
        }
    }

    @Test
    @DisplayName("Any bytes as a key give keys, or one checked exception")
    void keys() {
        Bytes pem = Bytes.utf8(EC.pem());
        ForAll.seeds(500, random -> {
            try {
                assertThat(ImaKey.read(changed(pem, random))).isNotEmpty();
            } catch (MalformedException refused) {
                assertThat(refused.field()).isNotBlank();
            }
        });
        assertThatThrownBy(() -> ImaKey.read(Bytes.empty())).isInstanceOf(MalformedException.class);
        assertThatThrownBy(
                        () -> ImaKey.read(Bytes.utf8("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----")))
                .hasMessageContaining("PRIVATE KEY")
                .hasMessageContaining("CERTIFICATE or PUBLIC KEY expected");
    }
}
