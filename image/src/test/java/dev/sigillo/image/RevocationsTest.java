package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.reference.ForgedPe;
import dev.sigillo.reference.ForgedSigner;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.StoredVariable;
import dev.sigillo.uefi.VarStore;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("An image of revoked files is not made")
class RevocationsTest {
    private static final ForgedSigner ROOT = ForgedSigner.root("CN=UEFI CA");
    private static final ForgedSigner VENDOR = ForgedSigner.root("CN=vendor");
    private static final String LEVEL = "sbat,1,2025021800\nshim,4\ngrub,5\n";

    private static ForgedPe grub(int generation) {
        String sbat = "sbat,1,SBAT Version,sbat,1,https://x\ngrub," + generation + ",FSF,grub,2.12,https://y\n";
        return new ForgedPe().section(".text", Bytes.utf8("GRUB")).section(".sbat", Bytes.utf8(sbat));
    }

    private static BootFiles files(Bytes shimsList, ForgedPe grub) throws MalformedException {
        return new BootFiles(
                ForgedPe.checked(ForgedPe.shim(VENDOR.der(), shimsList, LEVEL).signed(ROOT)),
                ForgedPe.checked(grub.signed(VENDOR)),
                ForgedPe.checked(
                        new ForgedPe().section(".text", Bytes.utf8("kernel")).signed(VENDOR)),
                Bytes.empty(),
                Bytes.empty(),
                Bytes.empty());
    }

    private static VarStore dbx(Bytes list) {
        return new VarStore(List.of(new StoredVariable(Guid.IMAGE_SECURITY_DATABASE, "dbx", 0x27, list)));
    }

    private static Bytes hash(Bytes digest) {
        return SignatureList.hashes(Guid.SHIM_LOCK, List.of(digest)).encode();
    }

    private static Bytes nothing() {
        return hash(Bytes.zeros(32));
    }

    private static Bytes digest(Bytes signed) throws MalformedException {
        return dev.sigillo.pe.PeImage.parse(signed)
                .authenticode(dev.sigillo.bytes.HashAlgorithm.SHA256)
                .value();
    }

    @Test
    @DisplayName("files that nobody revoked are taken, at the least generation too")
    void fine() throws MalformedException {
        BootFiles files = files(nothing(), grub(5));
        assertThatCode(() -> Revocations.refuse(files, dbx(nothing()))).doesNotThrowAnyException();
    }

    @Test
    @DisplayName("dbx names the kernel's digest")
    void byDigest() throws MalformedException {
        BootFiles files = files(nothing(), grub(5));
        assertThatThrownBy(() -> Revocations.refuse(files, dbx(hash(digest(files.kernel())))))
                .isInstanceOf(ImageException.class)
                .hasMessageContaining(
                        "the kernel of the packages is revoked: the image's digest is revoked: dbx entry 0");
    }

    @Test
    @DisplayName("shim's own list names GRUB's digest")
    void byShim() throws MalformedException {
        Bytes grub = files(nothing(), grub(5)).grub();
        BootFiles files = files(hash(digest(grub)), grub(5));
        assertThatThrownBy(() -> Revocations.refuse(files, dbx(nothing()))).hasMessageContaining("GRUB");
    }

    @Test
    @DisplayName("dbx names the certificate that signed")
    void byCertificate() throws MalformedException {
        BootFiles files = files(nothing(), grub(5));
        Bytes list = SignatureList.certificate(Guid.SHIM_LOCK, VENDOR.der()).encode();
        assertThatThrownBy(() -> Revocations.refuse(files, dbx(list)))
                .hasMessageContaining(
                        "GRUB of the packages is revoked: signature 0 by CN=vendor is revoked by dbx entry 0");
    }

    @Test
    @DisplayName("GRUB is older than shim's SBAT level allows")
    void bySbat() throws MalformedException {
        BootFiles files = files(nothing(), grub(4));
        assertThatThrownBy(() -> Revocations.refuse(files, dbx(nothing())))
                .hasMessageContaining("grub has generation 4, the level asks for 5");
    }
}
