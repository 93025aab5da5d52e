package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pe.PeImage;
import dev.sigillo.pe.Signature;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Who may run, as sbsigntool, osslsigncode and pesign see it")
class ImageTrustToolsTest {

    @TempDir
    private static Path folder = Path.of("");

    @BeforeAll
    static void images() throws Exception {
        Tool.need("openssl", "sbsign", "sbverify", "osslsigncode", "pesign");
        for (String name : new String[] {"old", "new"}) {
            Tool.must(
                    folder,
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "rsa:2048",
                    "-nodes",
                    "-keyout",
                    name + ".key",
                    "-out",
                    name + ".pem",
                    "-days",
                    "9",
                    "-subj",
                    "/CN=" + name + " CA");
        }
        ForgedImage image = ForgedImage.of("code", "sbat,1,SBAT Version,sbat,1,https://x", "grub,5,F,grub,2,https://y");
        Files.write(folder.resolve("plain.efi"), image.bytes().toByteArray());
        sbsign("old", "plain.efi", "signed.efi");
        sbsign("new", "signed.efi", "dual.efi");
    }

    private static void sbsign(String key, String in, String out) throws IOException, InterruptedException {
        Tool.must(folder, "sbsign", "--key", key + ".key", "--cert", key + ".pem", "--output", out, in);
    }

    private static Bytes file(String name) throws IOException {
        return Tool.read(folder.resolve(name));
    }

    private static TrustStore db(String name) throws Exception {
        return TrustStore.empty().withDb(TrustFiles.read(folder.resolve(name + ".pem"), TrustDatabase.DB));
    }

    private static boolean sbverify(String certificate, String image) throws Exception {
        return Tool.run(folder, "sbverify", "--cert", certificate + ".pem", image)
                        .exit()
                == 0;
    }

    @Test
    @DisplayName("sbverify takes and refuses the same images under the same certificates")
    void agrees() throws Exception {
        byte[] changed = file("signed.efi").toByteArray();
        changed[2050] ^= 1;
        Files.write(folder.resolve("changed.efi"), changed);
        for (String image : new String[] {"plain.efi", "signed.efi", "changed.efi"}) {
            for (String certificate : new String[] {"old", "new"}) {
                assertThat(ImageTrust.decide(file(image), db(certificate)).allowed())
                        .as("%s under %s", image, certificate)
                        .isEqualTo(sbverify(certificate, image))
                        .isEqualTo(image.equals("signed.efi") && certificate.equals("old"));
            }
        }
    }

    @Test
    @DisplayName("sbsign: of two signatures each lets the image run under its own certificate")
    void dual() throws Exception {
        for (String certificate : new String[] {"old", "new"}) {
            Decision decision = ImageTrust.decide(file("dual.efi"), db(certificate));
            assertThat(decision.allowed()).as(decision.reason()).isTrue();
            assertThat(decision.by().orElseThrow().signature().orElseThrow())
                    .isEqualTo(certificate.equals("old") ? 0 : 1);
            assertThat(sbverify(certificate, "dual.efi")).isTrue();
        }
        assertThat(PeImage.parse(file("dual.efi")).quirks()).isEmpty();
    }

    @Test
    @DisplayName("osslsigncode: a nested signature is read, its digest is the image's, and it lets nothing run")
    void nested() throws Exception {
        Tool.must(
                folder,
                "osslsigncode",
                "sign",
                "-h",
                "sha256",
                "-key",
                "old.key",
                "-certs",
                "old.pem",
                "-in",
                "plain.efi",
                "-out",
                "outer.efi");
        Tool.must(
                folder,
                "osslsigncode",
                "sign",
                "-nest",
                "-h",
                "sha256",
                "-key",
                "new.key",
                "-certs",
                "new.pem",
                "-in",
                "outer.efi",
                "-out",
                "nested.efi");
        PeImage image = PeImage.parse(file("nested.efi"));
        Signature outer = image.signatures().getFirst();

        assertThat(image.signatures()).hasSize(1);
        assertThat(outer.nested()).singleElement().satisfies(inner -> {
            assertThat(inner.isIntact(image)).isTrue();
            assertThat(inner.signer().getSubjectX500Principal().getName()).isEqualTo("CN=new CA");
        });
        assertThat(ImageTrust.decide(file("nested.efi"), db("old")).allowed()).isTrue();
        assertThat(ImageTrust.decide(file("nested.efi"), db("new")).allowed()).isFalse();
        assertThat(Tool.run(folder, "osslsigncode", "verify", "-CAfile", "new.pem", "-in", "nested.efi")
                        .text())
                .contains("Signature Index: 1");
    }

    @Test
    @DisplayName("osslsigncode: SHA-1 and SHA-384 signatures; SHA-1 counts for nothing")
    void algorithms() throws Exception {
        for (String hash : new String[] {"sha1", "sha384", "sha512"}) {
            Tool.must(
                    folder,
                    "osslsigncode",
                    "sign",
                    "-h",
                    hash,
                    "-key",
                    "old.key",
                    "-certs",
                    "old.pem",
                    "-in",
                    "plain.efi",
                    "-out",
                    hash + ".efi");
            PeImage image = PeImage.parse(file(hash + ".efi"));
            assertThat(image.signatures().getFirst().isIntact(image)).isTrue();
            Judgement judgement =
                    ImageTrust.decide(file(hash + ".efi"), db("old")).firmware();
            assertThat(judgement.allowed()).as(judgement.reason()).isEqualTo(!hash.equals("sha1"));
        }
    }

    @Test
    @DisplayName("pesign and sbsign compute the same digest, of a file that needs padding too")
    void digests() throws Exception {
        Bytes odd = Bytes.concat(file("plain.efi"), Bytes.utf8("abc"));
        Files.write(folder.resolve("odd.efi"), odd.toByteArray());
        sbsign("old", "odd.efi", "padded.efi");
        PeImage unsigned = PeImage.parse(odd);
        PeImage signed = PeImage.parse(file("padded.efi"));

        for (String name : new String[] {"plain.efi", "signed.efi", "dual.efi", "padded.efi"}) {
            assertThat(Tool.must(folder, "pesign", "-h", "-i", name))
                    .contains(PeImage.parse(file(name))
                            .authenticode(HashAlgorithm.SHA256)
                            .hex());
        }
        assertThat(signed.signatures().getFirst().isIntact(signed)).isTrue();
        assertThat(unsigned.authenticodePadded(HashAlgorithm.SHA256))
                .isEqualTo(signed.authenticode(HashAlgorithm.SHA256))
                .isNotEqualTo(unsigned.authenticode(HashAlgorithm.SHA256));
        assertThat(unsigned.quirks()).anyMatch(quirk -> quirk.contains("no multiple of 8"));
    }
}
