package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pe.PeImage;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What Secure Boot says to a machine's files")
class InspectorTest {
    private static final String MODULES = "/usr/lib/modules/" + StagedMachine.RELEASE + "/kernel/";

    @TempDir
    private static Path folder;

    private static StagedMachine machine;

    @BeforeAll
    static void stage() throws IOException {
        machine = new StagedMachine(folder);
    }

    private static Inspection inspect(TrustSources sources) throws UnusableException {
        return Inspector.inspect(machine.root, Optional.empty(), sources, Optional.empty());
    }

    private static Map<String, Cause> causes(Inspection inspection) {
        Map<String, Cause> causes = new TreeMap<>();
        inspection.files().forEach(file -> causes.put(file.path(), file.cause()));
        return causes;
    }

    private static CheckedFile file(Inspection inspection, String path) {
        return inspection.files().stream()
                .filter(file -> file.path().endsWith(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + " is not among " + causes(inspection)));
    }

    private static Map<String, Cause> expected() {
        Map<String, Cause> expected = new TreeMap<>();
        expected.put("/boot/efi/EFI/BOOT/BOOTX64.EFI", Cause.SIGNED);
        expected.put("/boot/efi/EFI/debian/shimx64.efi", Cause.SIGNED);
        expected.put("/boot/efi/EFI/debian/grubx64.efi", Cause.SIGNED);
        expected.put("/boot/efi/EFI/debian/mmx64.efi", Cause.UNSIGNED);
        expected.put("/boot/efi/EFI/systemd/systemd-bootx64.efi", Cause.SIGNED);
        expected.put("/boot/vmlinuz-6.1.0-test", Cause.SIGNED);
        expected.put("/boot/vmlinuz-6.2.0-own", Cause.SIGNED);
        expected.put("/boot/vmlinuz-6.3.0-strange", Cause.UNKNOWN_SIGNER);
        expected.put("/boot/vmlinuz-6.4.0-plain", Cause.UNSIGNED);
        expected.put("/boot/vmlinuz-6.5.0-changed", Cause.BAD_DIGEST);
        expected.put(MODULES + "good.ko", Cause.SIGNED);
        expected.put(MODULES + "packed.ko.xz", Cause.SIGNED);
        expected.put(MODULES + "dense.ko.zst", Cause.SIGNED);
        expected.put(MODULES + "owned.ko", Cause.SIGNED);
        expected.put(MODULES + "strange.ko", Cause.UNKNOWN_SIGNER);
        expected.put(MODULES + "plain.ko", Cause.UNSIGNED);
        expected.put(MODULES + "changed.ko", Cause.BAD_DIGEST);
        expected.put("/usr/lib/modules/9.9.9-gone/kernel/orphan.ko", Cause.NOT_KNOWN);
        return expected;
    }

    @Test
    @DisplayName("each loader, kernel and module once, with the cause; links never lead out; what to do is said")
    void everything() throws UnusableException {
        Inspection inspection = inspect(machine.sources());
        assertThat(causes(inspection)).isEqualTo(expected());
        assertThat(inspection.unchecked()).isEmpty();
        assertThat(inspection.passes()).isFalse();
        assertThat(file(inspection, "/grubx64.efi"))
                .returns("/boot/efi/EFI/debian/shimx64.efi", CheckedFile::via)
                .returns("CN=distribution", CheckedFile::signer);
        assertThat(file(inspection, "vmlinuz-6.2.0-own").by())
                .contains("MokList")
                .contains("owner");
        assertThat(file(inspection, "systemd-bootx64.efi").remark()).contains("shim, MOK and SBAT are bypassed");
        assertThat(file(inspection, "shimx64.efi").remark()).isEmpty();
        assertThat(file(inspection, "good.ko").by()).isEqualTo("built into kernel 6.1.0-test: CN=build");
        assertThat(file(inspection, "owned.ko").by()).isEqualTo("MOK: CN=owner");
        assertThat(file(inspection, "orphan.ko").reason()).contains("no kernel of release 9.9.9-gone was found");
        assertThat(inspection.files()).allSatisfy(file -> {
            assertThat(file.reason()).isNotEmpty();
            assertThat(file.remedy().isEmpty()).isEqualTo(file.answer() == Cause.Answer.ALLOWED);
        });
        assertThat(inspection.probableCause().orElseThrow().path()).isEqualTo("/boot/efi/EFI/debian/mmx64.efi");
    }

    @Test
    @DisplayName("without db a whole signature decides nothing, and an absent or broken one does")
    void withoutDb() throws UnusableException {
        Inspection inspection = inspect(machine.without(false, true));
        assertThat(file(inspection, "BOOTX64.EFI").cause()).isEqualTo(Cause.NOT_KNOWN);
        assertThat(file(inspection, "mmx64.efi").cause()).isEqualTo(Cause.UNSIGNED);
        assertThat(file(inspection, "vmlinuz-6.1.0-test"))
                .returns(Cause.SIGNED, CheckedFile::cause)
                .satisfies(file -> assertThat(file.remark()).contains("db is not known"));
        assertThat(file(inspection, "good.ko").remark()).contains("db is not known");
        assertThat(file(inspection, "vmlinuz-6.5.0-changed").cause()).isEqualTo(Cause.BAD_DIGEST);
        assertThat(inspection.notes()).anyMatch(note -> note.contains("--varstore"));
    }

    @Test
    @DisplayName("without the owner's key what it signed is refused")
    void withoutMok() throws UnusableException {
        Inspection inspection = inspect(machine.without(true, false));
        assertThat(file(inspection, "vmlinuz-6.2.0-own").cause()).isEqualTo(Cause.UNKNOWN_SIGNER);
        assertThat(file(inspection, "owned.ko").cause()).isEqualTo(Cause.UNKNOWN_SIGNER);
    }

    @Test
    @DisplayName("dbx by digest and by certificate, and SBAT, each say that they did it")
    void revoked() throws Exception {
        Path kernel = machine.root.resolve("boot/vmlinuz-" + StagedMachine.RELEASE);
        String digest = PeImage.parse(Bytes.of(Files.readAllBytes(kernel)))
                .authenticode(HashAlgorithm.SHA256)
                .hex();
        Path hashes = Files.writeString(folder.resolve("dbx.txt"), digest + "\n");
        assertThat(file(inspect(machine.revoking(Optional.of(hashes), Optional.empty())), "vmlinuz-6.1.0-test")
                        .cause())
                .isEqualTo(Cause.REVOKED_BY_DBX);
        Inspection owner = inspect(machine.revoking(Optional.of(machine.der("owner")), Optional.empty()));
        assertThat(file(owner, "owned.ko").cause()).isEqualTo(Cause.REVOKED_BY_DBX);
        assertThat(file(owner, "vmlinuz-6.2.0-own").cause()).isEqualTo(Cause.REVOKED_BY_DBX);
        Path level = Files.writeString(folder.resolve("level.csv"), "sbat,1,2030010100\nshim,4\ngrub,5\n");
        Inspection raised = inspect(machine.revoking(Optional.empty(), Optional.of(level)));
        assertThat(file(raised, "grubx64.efi").cause()).isEqualTo(Cause.REVOKED_BY_SBAT);
        assertThat(file(raised, "grubx64.efi").reason()).contains("grub");
        assertThat(file(raised, "vmlinuz-6.1.0-test").cause()).isEqualTo(Cause.SIGNED);
    }

    @Test
    @DisplayName("a module that a certificate at hand signed: its place is in the remedy")
    void enrol() throws Exception {
        Path mok = machine.root.resolve("var/lib/dkms/mok.pub");
        Files.createDirectories(mok.getParent());
        Files.copy(machine.der("stranger"), mok);
        assertThat(file(inspect(machine.sources()), "strange.ko").remedy())
                .contains("mokutil --import /var/lib/dkms/mok.pub");
        Files.delete(mok);
    }

    @Test
    @DisplayName(
            "a kernel that does not enforce signatures: what it tolerates is allowed and said so, what it rejects is not")
    void notEnforced() throws Exception {
        Path config = machine.root.resolve("boot/config-" + StagedMachine.RELEASE);
        byte[] kept = Files.readAllBytes(config);
        Files.writeString(config, "CONFIG_MODULE_SIG=y\n");
        Inspection loose = inspect(machine.sources());
        Files.write(config, kept);
        assertThat(file(loose, "plain.ko").cause()).isEqualTo(Cause.UNSIGNED);
        assertThat(file(loose, "strange.ko").cause()).isEqualTo(Cause.UNKNOWN_SIGNER);
        assertThat(loose.notes()).anyMatch(note -> note.contains("judged as if it did"));
        Path kernel = machine.root.resolve("boot/vmlinuz-" + StagedMachine.RELEASE);
        byte[] silent = Files.readAllBytes(kernel);
        machine.configured(StagedMachine.RELEASE, "CONFIG_MODULE_SIG=y\n");
        Inspection inspection = inspect(machine.sources());
        Files.write(kernel, silent);
        assertThat(file(inspection, "plain.ko").cause()).isEqualTo(Cause.NOT_ENFORCED);
        assertThat(file(inspection, "changed.ko").cause()).isEqualTo(Cause.BAD_DIGEST);
        assertThat(inspection.notes()).anyMatch(note -> note.contains("not even with Secure Boot on"));
    }

    @Test
    @DisplayName(
            "the keys in a shim or kernel that is itself refused decide nothing: what rests on them cannot be known")
    void refusedSources() throws Exception {
        StagedMachine forged = new StagedMachine(Files.createDirectory(folder.resolve("forged")));
        forged.module("usr/lib/modules/6.5.0-changed/kernel/late.ko", "build");
        Inspection changed = Inspector.inspect(forged.root, Optional.empty(), forged.sources(), Optional.empty());
        assertThat(file(changed, "late.ko"))
                .returns(Cause.NOT_KNOWN, CheckedFile::cause)
                .satisfies(file -> assertThat(file.reason()).contains("vmlinuz-6.5.0-changed is itself refused"));
        forged.overwriteVendor("stranger");
        Inspection inspection = Inspector.inspect(forged.root, Optional.empty(), forged.sources(), Optional.empty());
        assertThat(file(inspection, "shimx64.efi").cause()).isEqualTo(Cause.BAD_DIGEST);
        for (String dependant : List.of("grubx64.efi", "vmlinuz-6.1.0-test", "vmlinuz-6.3.0-strange")) {
            assertThat(file(inspection, dependant))
                    .returns(Cause.NOT_KNOWN, CheckedFile::cause)
                    .satisfies(file -> assertThat(file.reason()).contains("itself refused (bad digest)"));
        }
        assertThat(file(inspection, "vmlinuz-6.4.0-plain").cause()).isEqualTo(Cause.UNSIGNED);
        assertThat(file(inspection, "strange.ko").cause()).isEqualTo(Cause.NOT_KNOWN);
    }

    @Test
    @DisplayName("SBAT level and vendor's dbx of a refused shim decide nothing either, those of the machine do")
    void refusedRevocations() throws Exception {
        StagedMachine forged = new StagedMachine(Files.createDirectory(folder.resolve("forged-level")));
        for (String shim : List.of("boot/efi/EFI/BOOT/BOOTX64.EFI", "boot/efi/EFI/debian/shimx64.efi")) {
            Bytes vendor = Bytes.of(Files.readAllBytes(forged.der("distribution")));
            Bytes revoked = Bytes.of(Files.readAllBytes(forged.der("owner")));
            forged.program(shim, Program.shim(vendor, revoked, "sbat,1,2099010100\ngrub,9\n"), "firmware");
            byte[] bytes = Files.readAllBytes(forged.root.resolve(shim));
            bytes[2049] ^= 1;
            Files.write(forged.root.resolve(shim), bytes);
        }
        Inspection inspection = Inspector.inspect(forged.root, Optional.empty(), forged.sources(), Optional.empty());
        assertThat(file(inspection, "shimx64.efi").cause()).isEqualTo(Cause.BAD_DIGEST);
        assertThat(file(inspection, "grubx64.efi").cause()).isEqualTo(Cause.NOT_KNOWN);
        assertThat(file(inspection, "vmlinuz-6.2.0-own").cause()).isEqualTo(Cause.NOT_KNOWN);
        assertThat(file(inspection, "owned.ko").cause()).isNotEqualTo(Cause.REVOKED_BY_SHIM);
        Path level = Files.writeString(folder.resolve("own-level.csv"), "sbat,1,2030010100\ngrub,5\n");
        Inspection raised = Inspector.inspect(
                forged.root, Optional.empty(), forged.revoking(Optional.empty(), Optional.of(level)), Optional.empty());
        assertThat(file(raised, "grubx64.efi"))
                .returns(Cause.REVOKED_BY_SBAT, CheckedFile::cause)
                .satisfies(file -> assertThat(file.reason()).contains("the level asks for 5"));
    }

    @Test
    @DisplayName("a key that everybody can sign with is a cause of its own, with a remedy of its own")
    void publishedKey() throws Exception {
        StagedMachine published = new StagedMachine(Files.createDirectory(folder.resolve("published")));
        published.newKey("snakeoil", "snakeoil");
        published.program("boot/efi/EFI/own/loader.efi", Program.of("loader"), "snakeoil");
        Inspection inspection = Inspector.inspect(
                published.root, Optional.empty(), published.trusting(published.pem("snakeoil")), Optional.empty());
        assertThat(file(inspection, "own/loader.efi"))
                .returns(Cause.PUBLISHED_KEY, CheckedFile::cause)
                .satisfies(file -> assertThat(file.reason()).startsWith("published key: "))
                .satisfies(file -> assertThat(file.remedy()).contains("a key that nobody else has"));
    }

    @Test
    @DisplayName("a kernel that only shim would let run says so, where a loader may start it without asking shim")
    void bypassed() throws Exception {
        StagedMachine mixed = new StagedMachine(Files.createDirectory(folder.resolve("mixed")));
        Program unified = Program.sbat("unified", "systemd,1,F,systemd,257,https://z");
        mixed.program("boot/efi/EFI/Linux/own.efi", unified, "owner");
        mixed.program("boot/efi/EFI/Linux/sure.efi", unified, "firmware");
        Inspection inspection = Inspector.inspect(mixed.root, Optional.empty(), mixed.sources(), Optional.empty());
        assertThat(file(inspection, "own.efi"))
                .returns(Cause.SIGNED, CheckedFile::cause)
                .satisfies(file -> assertThat(file.remark()).startsWith("only where it is started through shim"));
        assertThat(file(inspection, "sure.efi").remark()).isEmpty();
        assertThat(file(inspection, "vmlinuz-6.1.0-test").remark()).contains("only where it is started through shim");
        Files.delete(mixed.root.resolve("boot/efi/EFI/systemd/systemd-bootx64.efi"));
        Inspection shimOnly = Inspector.inspect(mixed.root, Optional.empty(), mixed.sources(), Optional.empty());
        assertThat(file(shimOnly, "own.efi").remark()).contains("only where it is started through shim");
        assertThat(file(shimOnly, "vmlinuz-6.1.0-test").remark()).isEmpty();
    }

    @Test
    @DisplayName("a kernel is of the release that it says itself; its name counts where it says none")
    void release() throws Exception {
        StagedMachine alpine = new StagedMachine(Files.createDirectory(folder.resolve("alpine")));
        alpine.kernel("boot/vmlinuz-virt", "6.12.9-0-virt");
        alpine.module("usr/lib/modules/6.12.9-0-virt/kernel/loop.ko", "build");
        Inspection inspection = Inspector.inspect(alpine.root, Optional.empty(), alpine.sources(), Optional.empty());
        assertThat(file(inspection, "loop.ko"))
                .returns(Cause.SIGNED, CheckedFile::cause)
                .returns("built into kernel 6.12.9-0-virt: CN=build", CheckedFile::by);
        assertThat(file(inspection, "good.ko").cause()).isEqualTo(Cause.SIGNED);
    }

    @Test
    @DisplayName("a module that is linked into another kernel's folder is judged by that kernel too")
    void weakUpdates() throws Exception {
        StagedMachine linked = new StagedMachine(Files.createDirectory(folder.resolve("linked")));
        Path weak = Files.createDirectories(linked.root.resolve("usr/lib/modules/7.0.0-other/weak-updates"));
        Files.createSymbolicLink(weak.resolve("good.ko"), Path.of(MODULES + "good.ko"));
        Inspection inspection = Inspector.inspect(linked.root, Optional.empty(), linked.sources(), Optional.empty());
        assertThat(file(inspection, "weak-updates/good.ko"))
                .returns(Cause.NOT_KNOWN, CheckedFile::cause)
                .satisfies(file -> assertThat(file.reason()).contains("no kernel of release 7.0.0-other"));
        assertThat(file(inspection, "kernel/good.ko").cause()).isEqualTo(Cause.SIGNED);
    }

    @Test
    @DisplayName(
            "a machine without an EFI system partition has unchecked boot loaders; a folder of modules need not have one")
    void noPartition() throws Exception {
        Path root = Files.createDirectory(folder.resolve("no-partition"));
        Path modules = Files.createDirectories(root.resolve("lib/modules/9.9.9-gone"));
        Files.copy(machine.root.resolve("usr/lib/modules/9.9.9-gone/kernel/orphan.ko"), modules.resolve("orphan.ko"));
        Inspection alone = Inspector.inspect(root, Optional.empty(), machine.sources(), Optional.empty());
        assertThat(alone.unchecked()).isEmpty();
        assertThat(alone.notes()).anyMatch(note -> note.contains("boot loaders are not checked"));
        Files.createDirectory(root.resolve("boot"));
        Inspection whole = Inspector.inspect(root, Optional.empty(), machine.sources(), Optional.empty());
        assertThat(whole.unchecked()).singleElement().satisfies(file -> {
            assertThat(file.path()).isEqualTo("EFI system partition");
            assertThat(file.why()).contains("boot loaders are not checked", "boot/efi");
        });
        assertThat(whole.passes()).isFalse();
    }

    @Test
    @DisplayName("keys given by --module-keys stand in for a kernel that cannot be read")
    void moduleKeys() throws Exception {
        Path root = Files.createDirectory(folder.resolve("modules-only"));
        Path modules = Files.createDirectories(root.resolve("lib/modules/9.9.9-gone"));
        Files.copy(machine.root.resolve("usr/lib/modules/9.9.9-gone/kernel/orphan.ko"), modules.resolve("orphan.ko"));
        TrustSources given = new TrustSources(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(machine.der("build")),
                Optional.empty());
        Inspection inspection = Inspector.inspect(root, Optional.empty(), given, Optional.empty());
        assertThat(inspection.files()).singleElement().returns(Cause.SIGNED, CheckedFile::cause);
        TrustSources other = new TrustSources(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(machine.der("stranger")),
                Optional.empty());
        assertThat(Inspector.inspect(root, Optional.empty(), other, Optional.empty())
                        .files())
                .singleElement()
                .returns(Cause.UNKNOWN_SIGNER, CheckedFile::cause);
    }

    @Test
    @DisplayName("an unreadable folder or file is unchecked, not passed over; nothing at all is unusable")
    void unreadable() throws Exception {
        Path empty = Files.createDirectory(folder.resolve("empty"));
        assertThatThrownBy(() -> Inspector.inspect(empty, Optional.empty(), machine.sources(), Optional.empty()))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("no boot loader, kernel or kernel module");
        Path huge = machine.root.resolve("boot/vmlinuz-7.0.0-huge");
        try (RandomAccessFile file = new RandomAccessFile(huge.toFile(), "rw")) {
            file.write(new byte[] {'M', 'Z'});
            file.setLength((512L << 20) + 1);
        }
        Inspection inspection = inspect(machine.sources());
        Files.delete(huge);
        assertThat(inspection.unchecked()).singleElement().satisfies(file -> {
            assertThat(file.path()).endsWith("vmlinuz-7.0.0-huge");
            assertThat(file.why()).contains("larger");
        });
        assertThat(inspection.passes()).isFalse();
    }

    @Test
    @DisplayName("the same machine as a disk image gives the same answers: GPT, FAT, ext4")
    void disk() throws Exception {
        Path disk = StagedDisk.ext4(machine.root, folder);
        Map<String, Cause> expected = new TreeMap<>();
        expected()
                .forEach((path, cause) -> expected.put(
                        path.startsWith("/boot/efi/") ? "p1:" + path.substring("/boot/efi".length()) : "p2:" + path,
                        cause));
        Inspection inspection = Inspector.inspect(disk, Optional.empty(), machine.sources(), Optional.empty());
        assertThat(inspection.unchecked()).isEmpty();
        assertThat(causes(inspection)).isEqualTo(expected);
    }

    @Test
    @DisplayName("… and erofs")
    void erofs() throws Exception {
        Path disk = StagedDisk.erofs(machine.root, folder);
        Inspection inspection = Inspector.inspect(disk, Optional.empty(), machine.sources(), Optional.empty());
        assertThat(inspection.unchecked()).isEmpty();
        assertThat(inspection.files()).hasSameSizeAs(expected().keySet());
        assertThat(file(inspection, "dense.ko.zst").cause()).isEqualTo(Cause.SIGNED);
        assertThat(file(inspection, "changed.ko").cause()).isEqualTo(Cause.BAD_DIGEST);
    }
}
