package dev.sigillo.pe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PeVectorsTest {

    private static Bytes read(String name) throws Exception {
        Path file = Vectors.folder().resolve("pe").resolve(name);
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        return Bytes.of(Files.readAllBytes(file));
    }

    @ParameterizedTest
    @CsvSource({
        "fbx64.efi, 90f5698329068fb0e8d9cacb077fa35ceb8c4e9fca8968fdc7bad43dc4671643",
        "fbx64-signed-by-sbsign.efi, 699bc2bcaff84535042a3b3d6b3bd77da2fc9ee37c348e06afa7038c5aa802ca",
        "wineyes.exe, 7bb369df020cea757619e1c1d678dbca06b638f2cc45b740b5eacfc21e76b160"
    })
    @DisplayName("Authenticode: the hash is the one that others compute")
    void digest(String name, String digest) throws Exception {
        assertThat(PeImage.parse(read(name)).authenticode(HashAlgorithm.SHA256).hex())
                .isEqualTo(digest);
    }

    @Test
    @DisplayName("Authenticode: padding an unsigned image to 8 gives the hash of the signed one")
    void padded() throws Exception {
        Bytes image = read("fbx64.efi");
        Bytes padded = Bytes.concat(image, Bytes.zeros(-image.size() & 7));

        assertThat(PeImage.parse(padded).authenticode(HashAlgorithm.SHA256).hex())
                .isEqualTo("699bc2bcaff84535042a3b3d6b3bd77da2fc9ee37c348e06afa7038c5aa802ca");
    }

    @Test
    @DisplayName("WIN_CERTIFICATE: both signatures of sbsign are intact, and over this image")
    void signatures() throws Exception {
        PeImage image = PeImage.parse(read("fbx64-signed-by-sbsign.efi"));

        assertThat(image.signatures()).hasSize(2).allSatisfy(signature -> {
            assertThat(signature.isIntact(image)).isTrue();
            assertThat(signature.signer().getSubjectX500Principal().getName())
                    .contains("CN=Jsign Code Signing Test Certificate 2024 (RSA)");
        });
    }

    @Test
    @DisplayName("WIN_CERTIFICATE: one changed bit in the code, and no signature is over this image")
    void changedCode() throws Exception {
        byte[] bytes = read("fbx64-signed-by-sbsign.efi").toByteArray();
        bytes[0x2000] ^= 1;
        PeImage image = PeImage.parse(Bytes.of(bytes));

        assertThat(image.signatures()).noneMatch(signature -> signature.isIntact(image));
    }

    @Test
    @DisplayName("SBAT: the section is read without its padding")
    void sbat() throws Exception {
        assertThat(PeImage.parse(read("fbx64.efi"))
                        .section(".sbat")
                        .orElseThrow()
                        .utf8())
                .startsWith("sbat,1,")
                .contains("shim,4,", "shim.debian,1,")
                .doesNotContain("\0");
    }
}
