package dev.sigillo.inspect;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The root of a machine with throwaway keys: firmware's, the distribution's, an owner's, a stranger's and the kernel build's;
 * programs signed by sbsign and modules by openssl, each wrong in one way.
 */
final class StagedMachine {
    static final String RELEASE = "6.1.0-test";

    private final Path keys;
    final Path root;

    StagedMachine(Path folder) throws IOException {
        for (String tool : List.of("openssl", "sbsign")) {
            Assumptions.assumeTrue(
                    Files.isExecutable(Path.of("/usr/bin", tool)), () -> "skipped: no " + tool + " here");
        }
        keys = Files.createDirectory(folder.resolve("keys"));
        root = Files.createDirectory(folder.resolve("root"));
        for (String name : List.of("firmware", "distribution", "owner", "stranger", "build")) {
            newKey(name, name);
        }
        loaders();
        kernels();
        modules();
    }

    /** A key, and its certificate with this common name. */
    void newKey(String name, String commonName) {
        must(
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "rsa:2048",
                "-noenc",
                "-days",
                "9",
                "-subj",
                "/CN=" + commonName,
                "-keyout",
                key(name),
                "-out",
                pem(name).toString());
        must(
                "openssl",
                "x509",
                "-in",
                pem(name).toString(),
                "-outform",
                "DER",
                "-out",
                der(name).toString());
    }

    private String key(String name) {
        return keys.resolve(name + ".key").toString();
    }

    Path pem(String name) {
        return keys.resolve(name + ".pem");
    }

    Path der(String name) {
        return keys.resolve(name + ".der");
    }

    static String must(String... words) {
        try {
            Process process =
                    new ProcessBuilder(words).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said;
            try (var out = process.getInputStream()) {
                said = new String(out.readAllBytes(), StandardCharsets.UTF_8);
            }
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", words) + " said " + said);
            }
            return said;
        } catch (IOException | InterruptedException failed) {
            throw new AssertionError(failed);
        }
    }

    /** The bytes at a path of the machine. */
    Path write(String path, byte[] content) throws IOException {
        Path file = root.resolve(path);
        Files.createDirectories(file.getParent());
        return Files.write(file, content);
    }

    void program(String path, Program program, String by) throws IOException {
        Path file = write(path, program.bytes());
        if (!by.isEmpty()) {
            must(
                    "sbsign",
                    "--key",
                    key(by),
                    "--cert",
                    pem(by).toString(),
                    "--output",
                    file.toString(),
                    file.toString());
        }
    }

    private void loaders() throws IOException {
        Bytes vendor = Bytes.of(Files.readAllBytes(der("distribution")));
        program("boot/efi/EFI/BOOT/BOOTX64.EFI", Program.shim(vendor), "firmware");
        program("boot/efi/EFI/debian/shimx64.efi", Program.shim(vendor), "firmware");
        program(
                "boot/efi/EFI/debian/grubx64.efi",
                Program.sbat("grub", "grub,4,F,grub,2.12,https://y"),
                "distribution");
        program("boot/efi/EFI/debian/mmx64.efi", Program.sbat("MokManager", "shim,4,F,shim,1,https://y"), "");
        program(
                "boot/efi/EFI/systemd/systemd-bootx64.efi",
                Program.sbat("loader", "systemd,1,F,s,1,https://z"),
                "firmware");
        program("boot/grub/x86_64-efi/core.efi", Program.of("what grub-install copies from"), "");
        program("boot/grub/x86_64-efi/grub.efi", Program.of("what grub-install copies from"), "");
        write("boot/efi/startup.nsh", "echo hello".getBytes(StandardCharsets.UTF_8));
    }

    private void kernels() throws IOException {
        program("boot/vmlinuz-" + RELEASE, Program.kernel(vmlinux("build")), "distribution");
        program("boot/vmlinuz-6.2.0-own", Program.kernel(vmlinux("build")), "owner");
        program("boot/vmlinuz-6.3.0-strange", Program.kernel(vmlinux("build")), "stranger");
        program("boot/vmlinuz-6.4.0-plain", Program.kernel(vmlinux("build")), "");
        program("boot/vmlinuz-6.5.0-changed", Program.kernel(vmlinux("build")), "distribution");
        Path changed = root.resolve("boot/vmlinuz-6.5.0-changed");
        byte[] bytes = Files.readAllBytes(changed);
        bytes[2100] ^= 1;
        Files.write(changed, bytes);
        write("boot/initrd.img-" + RELEASE, new byte[2000]);
        write("boot/config-" + RELEASE, """
                CONFIG_MODULE_SIG=y
                CONFIG_LOCK_DOWN_IN_EFI_SECURE_BOOT=y
                CONFIG_SECONDARY_TRUSTED_KEYRING=y
                CONFIG_INTEGRITY_MACHINE_KEYRING=y
                """.getBytes(StandardCharsets.UTF_8));
    }

    /** A kernel that says itself with which options it was built. */
    void configured(String release, String options) throws IOException {
        var packed = new java.io.ByteArrayOutputStream();
        try (var gzip = new java.util.zip.GZIPOutputStream(packed)) {
            gzip.write(options.getBytes(StandardCharsets.UTF_8));
        }
        Bytes config = Bytes.concat(
                Bytes.utf8("IKCFG_ST"), Bytes.of(packed.toByteArray()), Bytes.utf8("IKCFG_ED"), Bytes.zeros(64));
        program("boot/vmlinuz-" + release, Program.kernel(Bytes.concat(vmlinux("build"), config)), "distribution");
    }

    /** The vendor's certificate in both shims, overwritten with this one after the firmware's key signed them. */
    void overwriteVendor(String by) throws IOException {
        for (String shim : List.of("boot/efi/EFI/BOOT/BOOTX64.EFI", "boot/efi/EFI/debian/shimx64.efi")) {
            program(shim, Program.shim(Bytes.of(Files.readAllBytes(der(by)))), "firmware");
            byte[] bytes = Files.readAllBytes(root.resolve(shim));
            bytes[2049] ^= 1;
            Files.write(root.resolve(shim), bytes);
        }
        program("boot/efi/EFI/debian/grubx64.efi", Program.sbat("grub", "grub,4,F,grub,2.12,https://y"), by);
    }

    /** A kernel that says itself which release it is, whatever its name. */
    void kernel(String path, String release) throws IOException {
        program(path, Program.kernel(vmlinux("build")).release(release), "distribution");
    }

    private Bytes vmlinux(String key) throws IOException {
        Bytes certificate = Bytes.of(Files.readAllBytes(der(key)));
        ByteBuffer sizes = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
        sizes.putLong(certificate.size()).putLong(certificate.size());
        return Bytes.concat(
                Bytes.fromHex("7f454c46"),
                Bytes.zeros(4092),
                certificate,
                Bytes.zeros(-certificate.size() & 7),
                Bytes.of(sizes.array()),
                Bytes.zeros(512));
    }

    private void modules() throws IOException {
        String folder = "usr/lib/modules/" + RELEASE + "/kernel/";
        module(folder + "good.ko", "build");
        module(folder + "packed.ko", "build");
        must("xz", "--check=crc32", root.resolve(folder + "packed.ko").toString());
        module(folder + "dense.ko", "build");
        must("zstd", "-q", "--rm", root.resolve(folder + "dense.ko").toString());
        module(folder + "owned.ko", "owner");
        module(folder + "strange.ko", "stranger");
        module(folder + "plain.ko", "");
        byte[] changed = Files.readAllBytes(module(folder + "changed.ko", "build"));
        changed[9] ^= 1;
        Files.write(root.resolve(folder + "changed.ko"), changed);
        module("usr/lib/modules/9.9.9-gone/kernel/orphan.ko", "build");
        Files.createSymbolicLink(root.resolve("lib"), Path.of("/usr/lib"));
        Files.createSymbolicLink(root.resolve(folder + "outside.ko"), Path.of("/etc/passwd"));
        Files.createSymbolicLink(root.resolve("usr/lib/modules/circle"), Path.of("circle"));
    }

    Path module(String path, String by) throws IOException {
        Path file = write(path, ("\177ELF " + path).repeat(40).getBytes(StandardCharsets.UTF_8));
        if (by.isEmpty()) {
            return file;
        }
        Path message = keys.resolve("message");
        must(
                "openssl",
                "cms",
                "-sign",
                "-binary",
                "-noattr",
                "-nocerts",
                "-outform",
                "DER",
                "-md",
                "sha256",
                "-signer",
                pem(by).toString(),
                "-inkey",
                key(by),
                "-in",
                file.toString(),
                "-out",
                message.toString());
        byte[] signature = Files.readAllBytes(message);
        byte[] structure = ByteBuffer.allocate(12)
                .put(2, (byte) 2)
                .putInt(8, signature.length)
                .array();
        return Files.write(
                file,
                Bytes.concat(
                                Bytes.of(Files.readAllBytes(file)),
                                Bytes.of(signature),
                                Bytes.of(structure),
                                Bytes.utf8("~Module signature appended~\n"))
                        .toByteArray());
    }

    TrustSources sources() {
        return new TrustSources(
                Optional.empty(),
                Optional.of(pem("firmware")),
                Optional.empty(),
                Optional.of(der("owner")),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    TrustSources without(boolean db, boolean mok) {
        return new TrustSources(
                Optional.empty(),
                sources().db().filter(_ -> db),
                Optional.empty(),
                sources().mok().filter(_ -> mok),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    TrustSources trusting(Path db) {
        return new TrustSources(
                Optional.empty(),
                Optional.of(db),
                Optional.empty(),
                sources().mok(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    TrustSources revoking(Optional<Path> dbx, Optional<Path> sbatLevel) {
        return new TrustSources(
                Optional.empty(), sources().db(), dbx, sources().mok(), sbatLevel, Optional.empty(), Optional.empty());
    }
}
