package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.testkit.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("sigillo ek verify, on certificates of Google's vTPMs")
class EkVectorsTest {
    private static final Path CERTIFICATES = Vectors.folder().resolve("certificates");
    private static final String UCA = "tpm_ek_intermediate_3.crt";
    private static final String PCA = "gcp_ek_ak_ca_root.crt";
    private static final String BETWEEN = "gcp_ek_ak_ca_intermediate_v3.crt";

    private final Offline sigillo = new Offline();

    @TempDir
    private Path folder;

    @BeforeEach
    void present() {
        Assumptions.assumeTrue(
                Files.isDirectory(CERTIFICATES),
                () -> "skipped: no vectors at " + CERTIFICATES + "; set SIGILLO_VECTORS");
    }

    private int verify(Object certificate, String root, String... more) {
        Object[] words = new Object[6 + more.length];
        System.arraycopy(
                new Object[] {"ek", "verify", "--cert", certificate, "--roots", CERTIFICATES.resolve(root)},
                0,
                words,
                0,
                6);
        System.arraycopy(more, 0, words, 6, more.length);
        return sigillo.run(words);
    }

    private static Path leaf(String name) {
        return CERTIFICATES.resolve(name + "_cert.pem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ecc"})
    @DisplayName("an EK of either tree leads to its own root and to no other")
    void trees(String kind) {
        Path pca = leaf("pca_tpm_" + kind + "_enc");
        Path uca = leaf("uca_tpm_" + kind + "_enc");
        String between = CERTIFICATES.resolve(BETWEEN).toString();
        assertThat(verify(pca, PCA, "--intermediates", between))
                .as(sigillo.out())
                .isZero();
        assertThat(sigillo.json().path("path").size()).isEqualTo(3);
        assertThat(verify(uca, UCA)).as(sigillo.out()).isZero();
        assertThat(sigillo.json().path("certificate").path("tpmManufacturer").asString())
                .isNotEmpty();
        assertThat(verify(pca, PCA)).as("without the intermediate").isEqualTo(ExitCode.FAILED);
        assertThat(verify(pca, UCA, "--intermediates", between)).isEqualTo(ExitCode.FAILED);
        assertThat(verify(uca, PCA, "--intermediates", between)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ek.certificate");
    }

    @ParameterizedTest
    @ValueSource(strings = {"rsa", "ecc"})
    @DisplayName("rule 1: an AK certificate is none of an EK, whatever extended key usage it has")
    void attestationKeys(String kind) {
        assertThat(verify(leaf("uca_tpm_" + kind + "_sign"), UCA)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ek.certificate");
        assertThat(sigillo.out()).contains("key usage without");
        assertThat(verify(leaf("pca_tpm_" + kind + "_sign"), BETWEEN)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ek.certificate");
    }

    @Test
    @DisplayName("the extended key usage is asked for when the caller says so; a leaf anchors nothing; time counts")
    void options() {
        assertThat(verify(leaf("pca_tpm_rsa_enc"), BETWEEN)).isZero();
        assertThat(verify(leaf("pca_tpm_rsa_enc"), BETWEEN, "--require-eku")).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.out()).contains("extended key usage absent");
        assertThat(verify(leaf("uca_tpm_rsa_enc"), UCA, "--require-eku")).isZero();
        assertThat(verify(leaf("uca_tpm_rsa_enc"), UCA, "--at", "2053-01-01T00:00:00Z"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(verify(leaf("uca_tpm_rsa_enc"), UCA, "--at", "2020-01-01T00:00:00Z"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(verify(leaf("uca_tpm_rsa_enc"), "uca_tpm_rsa_enc_cert.pem")).isEqualTo(ExitCode.USAGE);
        assertThat(verify(leaf("uca_tpm_rsa_enc"), UCA, "--at", "yesterday")).isEqualTo(ExitCode.USAGE);
        assertThat(sigillo.run("ek", "verify", "--cert", leaf("uca_tpm_rsa_enc"), "--roots", CERTIFICATES))
                .isZero();
        assertThat(verify(
                        leaf("uca_tpm_rsa_enc"),
                        UCA,
                        "--ek",
                        leaf("uca_tpm_rsa_enc").toString()))
                .isZero();
        assertThat(verify(
                        leaf("uca_tpm_rsa_enc"),
                        UCA,
                        "--ek",
                        leaf("uca_tpm_ecc_enc").toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ek.key");
    }

    @Test
    @DisplayName("an NV index as it was read: padding and header are quirks, other bytes are refused")
    void index() throws IOException {
        byte[] der = Base64.getDecoder()
                .decode(Files.readString(leaf("uca_tpm_rsa_enc")).replaceAll("-----[A-Z ]+-----|\\s", ""));
        byte[] head = {0x10, 0x01, 0, (byte) ((der.length + 2) >> 8), (byte) (der.length + 2), 0x10, 0x02};
        assertThat(verify(write(der), UCA)).isZero();
        assertThat(sigillo.json().path("quirks")).isEmpty();
        assertThat(verify(write(der, new byte[400]), UCA)).isZero();
        assertThat(sigillo.json().path("quirks").path(0).asString()).isEqualTo("400 bytes of 00 after the certificate");
        byte[] ones = new byte[77];
        Arrays.fill(ones, (byte) 0xFF);
        assertThat(verify(write(der, ones), UCA)).isZero();
        assertThat(sigillo.json().path("quirks").path(0).asString()).contains("77 bytes of ff");
        assertThat(verify(write(head, der, ones), UCA)).isZero();
        assertThat(sigillo.json().path("quirks").path(0).asString()).contains("TCG_PCCLIENT_STORED_CERT");
        assertThat(verify(write(der, new byte[] {0, 0, 1}), UCA)).isEqualTo(ExitCode.USAGE);
        assertThat(sigillo.err()).contains("3 bytes after the certificate that are neither all 00 nor all ff");
        assertThat(verify(write(der, der), UCA)).isEqualTo(ExitCode.USAGE);
        assertThat(verify(write(Arrays.copyOf(der, der.length - 1)), UCA)).isEqualTo(ExitCode.USAGE);
        head[4]++;
        assertThat(verify(write(head, der), UCA)).isEqualTo(ExitCode.USAGE);
        der[der.length - 1] ^= 1;
        assertThat(verify(write(der), UCA)).isEqualTo(ExitCode.FAILED);
        assertThat(sigillo.failures()).containsExactly("ek.certificate");
    }

    private Path write(byte[]... parts) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.write(part);
        }
        return Files.write(folder.resolve("ek.crt"), all.toByteArray());
    }

    @Test
    @DisplayName("a file that is no certificate is refused in one sentence")
    void rubbish() throws IOException {
        for (String text :
                new String[] {"", "no certificate", "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----"}) {
            assertThat(verify(write(text.getBytes(StandardCharsets.UTF_8)), UCA))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(sigillo.err()).contains("is unusable").doesNotContain("\tat ");
        }
    }
}
