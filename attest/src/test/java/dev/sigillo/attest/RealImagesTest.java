package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Debian's shim, GRUB and kernel of a node image in the cache, under the certificates that virt-firmware ships. */
@DisplayName("Who may run of Debian's own images")
@Tag("broad")
class RealImagesTest {

    private static final Path CACHE = Path.of(Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
            .orElse(System.getProperty("user.home") + "/.cache/sigillo"));

    private static Path found(Path below, String name) throws IOException {
        Assumptions.assumeTrue(Files.isDirectory(below), () -> "skipped: no " + below + "; ./run builds it");
        try (Stream<Path> all = Files.walk(below, 9)) {
            Optional<Path> file = all.filter(one -> one.endsWith(name)).findFirst();
            Assumptions.assumeTrue(file.isPresent(), () -> "skipped: no " + name + " below " + below);
            return file.orElseThrow();
        }
    }

    private static Bytes image(String name) throws IOException {
        return Tool.read(found(CACHE.resolve("images"), name));
    }

    private static List<SignatureList> microsoft(String name) throws Exception {
        Path tools = CACHE.resolve("virt-firmware-26.10");
        return TrustFiles.read(found(tools, "certs/microsoft.com/" + name + ".pem"), TrustDatabase.DB);
    }

    private static TrustStore db(String name) throws Exception {
        return TrustStore.empty().withDb(microsoft(name));
    }

    private static Judgement firmware(TrustStore store) throws IOException {
        return ImageTrust.decide(image("shimx64.efi"), store).firmware();
    }

    @Test
    @DisplayName("shim has two signatures: Microsoft's certificate of 2011 or that of 2023 in db lets it run")
    void dualSigned() throws Exception {
        assertThat(PeImage.parse(image("shimx64.efi")).signatures()).hasSize(2);
        assertThat(firmware(db("ms-uefi-2011")).by().orElseThrow().signature().orElseThrow())
                .isZero();
        assertThat(firmware(db("ms-uefi-2023")).by().orElseThrow().signature().orElseThrow())
                .isOne();
        assertThat(firmware(db("windows-2011")).allowed()).isFalse();
    }

    @Test
    @DisplayName("once 2011 is in dbx the firmware refuses it for good, while shim would take the other signature")
    void revoked2011() throws Exception {
        TrustStore store = db("ms-uefi-2023").withDbx(microsoft("ms-uefi-2011"));
        assertThat(firmware(store).allowed()).isFalse();
        assertThat(ImageTrust.decide(image("shimx64.efi"), store).shim().allowed())
                .isTrue();
    }

    @Test
    @DisplayName("GRUB and the kernel, which has no SBAT, run by the certificate in shim and not by the firmware")
    void vendor() throws Exception {
        TrustStore store = db("ms-uefi-2011").withShim(ShimFile.parse(image("shimx64.efi")));
        for (String name : List.of("grubx64.efi", "vmlinuz")) {
            Decision decision = ImageTrust.decide(image(name), store);
            assertThat(decision.allowed()).as(decision.reason()).isTrue();
            assertThat(decision.by().orElseThrow().subject()).isEqualTo("CN=Debian Secure Boot CA");
            assertThat(decision.firmware().allowed()).isFalse();
        }
        assertThat(SbatEntry.parse(
                        PeImage.parse(image("grubx64.efi")).section(".sbat").orElseThrow()))
                .anyMatch(entry -> entry.component().equals("grub"));
    }

    @Test
    @DisplayName("an SBAT update that asks for a later GRUB is named as what would stop this one")
    void sbatUpdate() throws Exception {
        TrustStore store = db("ms-uefi-2011")
                .withShim(ShimFile.parse(image("shimx64.efi")))
                .withSbatLevel(SbatEntry.parse(Bytes.utf8("sbat,1,2099010100\nshim,4\ngrub,99\n")));
        assertThat(ImageTrust.decide(image("grubx64.efi"), store).reason()).contains("the level asks for 99");
    }

    @Test
    @DisplayName("no known revocation names any of them")
    void notRevoked() throws Exception {
        for (String name : List.of("shimx64.efi", "grubx64.efi", "vmlinuz")) {
            assertThat(ImageTrust.decide(image(name), TrustStore.empty()).known())
                    .isEmpty();
        }
    }
}
