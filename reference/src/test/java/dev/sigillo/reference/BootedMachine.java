package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.pe.PeImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/** A machine with OVMF, a software TPM and one EFI system partition, whose initrd tells its console the event log. */
final class BootedMachine {

    private static final int MINUTES = 10;

    private final Path folder;

    BootedMachine(Path folder) {
        this.folder = folder;
    }

    /** Skips where a program or file that Debian's packages bring is absent. */
    static void assumeTools() {
        for (String file : List.of(
                "/usr/bin/qemu-system-x86_64",
                "/usr/bin/swtpm",
                "/usr/bin/sbsign",
                "/usr/bin/mcopy",
                "/usr/bin/cpio",
                "/usr/bin/objcopy",
                "/bin/busybox",
                "/usr/share/OVMF/OVMF_CODE_4M.secboot.fd",
                "/usr/lib/systemd/boot/efi/linuxx64.efi.stub")) {
            Assumptions.assumeTrue(
                    Files.isRegularFile(Path.of(file)), () -> "skipped: no " + file + "; SIGILLO_TEST=1 scripts/setup");
        }
        Assumptions.assumeTrue(
                virtFwVars().isPresent(), () -> "skipped: no virt-fw-vars in the cache; ./run fetches it");
    }

    private static Optional<Path> virtFwVars() {
        return virtFirmware().map(venv -> venv.resolve("bin/virt-fw-vars"));
    }

    private static Optional<Path> virtFirmware() {
        String cache = Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
                .orElse(System.getProperty("user.home") + "/.cache/sigillo");
        try (Stream<Path> folders = Files.list(Path.of(cache))) {
            return folders.filter(found -> Files.isExecutable(found.resolve("bin/virt-fw-vars")))
                    .findFirst();
        } catch (IOException absent) {
            return Optional.empty();
        }
    }

    static Bytes read(Path file) throws IOException {
        return Bytes.of(Files.readAllBytes(file));
    }

    Path write(String name, Bytes content) throws IOException {
        Path file = folder.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.write(file, content.toByteArray());
    }

    /** A PEM certificate of Microsoft's that virt-firmware ships, such as {@code ms-uefi-2023}. */
    Path microsoft(String name) throws IOException {
        try (Stream<Path> files = Files.walk(virtFirmware().orElseThrow().resolve("lib"))) {
            return files.filter(file -> file.endsWith("certs/microsoft.com/" + name + ".pem"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    /** A flash file with Secure Boot on, these certificates as db in their order, the first as PK and KEK too. */
    Path varstore(String name, List<Path> db) throws IOException {
        String owner = "77fa9abd-0359-4d32-bd60-28f4e78f784b";
        Path out = folder.resolve(name);
        List<String> words = new ArrayList<>(List.of(virtFwVars().orElseThrow().toString()));
        words.addAll(List.of("-i", "/usr/share/OVMF/OVMF_VARS_4M.fd", "-o", out.toString(), "--secure-boot"));
        words.addAll(List.of(
                "--set-pk",
                owner,
                db.getFirst().toString(),
                "--add-kek",
                owner,
                db.getFirst().toString()));
        for (Path one : db) {
            words.addAll(List.of("--add-db", owner, one.toString()));
        }
        run(words.toArray(String[]::new));
        return out;
    }

    /** A key and a certificate of its own, PEM. */
    Path certificate() throws IOException {
        Path certificate = folder.resolve("own.pem");
        run(
                "openssl",
                "req",
                "-newkey",
                "rsa:2048",
                "-nodes",
                "-x509",
                "-subj",
                "/CN=own key",
                "-keyout",
                folder.resolve("own.key").toString(),
                "-out",
                certificate.toString());
        return certificate;
    }

    Path signed(Path image) throws IOException {
        Path out = image.resolveSibling(image.getFileName() + ".signed");
        String key = folder.resolve("own.key").toString();
        String certificate = folder.resolve("own.pem").toString();
        run("sbsign", "--key", key, "--cert", certificate, "--output", out.toString(), image.toString());
        return out;
    }

    /** systemd-stub with sections added behind its own, as objcopy does it. */
    Path uki(Path stub, Map<String, Path> sections) throws IOException, MalformedException {
        Path out = folder.resolve("linux.efi");
        long base = imageBase(stub);
        long at = PeImage.parse(read(stub)).sections().stream()
                .mapToLong(section -> section.virtualAddress() + section.virtualSize())
                .max()
                .orElseThrow();
        List<String> words = new ArrayList<>(List.of("objcopy"));
        for (Map.Entry<String, Path> section : sections.entrySet()) {
            at = at + 0xFFF & ~0xFFFL;
            words.addAll(List.of("--add-section", section.getKey() + "=" + section.getValue()));
            words.addAll(List.of("--set-section-flags", section.getKey() + "=data,readonly"));
            words.addAll(List.of("--change-section-vma", section.getKey() + "=" + (base + at)));
            at += Files.size(section.getValue());
        }
        words.addAll(List.of(stub.toString(), out.toString()));
        run(words.toArray(String[]::new));
        return out;
    }

    private static long imageBase(Path image) throws IOException {
        byte[] bytes = Files.readAllBytes(image);
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        return file.getLong(file.getInt(0x3c) + 24 + 24);
    }

    /** Prints the log between two marks, then ends the machine. */
    Path initrd() throws IOException {
        Path root = folder.resolve("initrd");
        for (String name : List.of("bin", "proc", "sys", "dev")) {
            Files.createDirectories(root.resolve(name));
        }
        Files.copy(Path.of("/bin/busybox"), root.resolve("bin/busybox"));
        String init = """
                #!/bin/busybox sh
                B=/bin/busybox
                $B mount -t proc proc /proc; $B mount -t sysfs sysfs /sys; $B mount -t devtmpfs dev /dev
                $B mount -t securityfs securityfs /sys/kernel/security
                exec > /dev/ttyS0 2>&1
                echo 1 > /proc/sys/kernel/printk
                echo; echo BEGIN-LOG
                $B base64 /sys/kernel/security/tpm0/binary_bios_measurements
                echo END-LOG
                $B poweroff -f
                """;
        Files.writeString(root.resolve("init"), init);
        Files.setPosixFilePermissions(root.resolve("init"), PosixFilePermissions.fromString("rwxr-xr-x"));
        run("mknod", root.resolve("dev/console").toString(), "c", "5", "1");
        run("sh", "-c", "cd '" + root + "' && find . | cpio -o -H newc --quiet | gzip -1 > ../initrd.img");
        return folder.resolve("initrd.img");
    }

    /** Boots from a disk with these files, and reads the log that the machine then tells. */
    ParsedLog boot(Path varstore, Map<String, Path> files) throws IOException, MalformedException {
        Path disk = folder.resolve("disk.raw");
        String raw = disk.toString();
        run("truncate", "-s", "96M", raw);
        run("sgdisk", "-Z", "-n1:2048:0", "-t1:ef00", raw);
        run("mkfs.vfat", "-F32", "--offset", "2048", raw, "97000");
        for (Map.Entry<String, Path> file : files.entrySet()) {
            String[] parts = file.getKey().split("/");
            for (int depth = 1; depth < parts.length; depth++) {
                String parent = String.join("/", Arrays.copyOf(parts, depth));
                run("sh", "-c", "mmd -D s -i " + raw + "@@1M '::/" + parent + "' </dev/null || true");
            }
            run("mcopy", "-i", raw + "@@1M", file.getValue().toString(), "::/" + file.getKey());
        }
        Path state = Files.createDirectories(folder.resolve("tpm"));
        Path vars = Files.copy(varstore, folder.resolve("vars.fd"));
        Path console = folder.resolve("console");
        Path socket = folder.resolve("tpm.sock");
        Process swtpm = start(
                "swtpm",
                "socket",
                "--tpm2",
                "--tpmstate",
                "dir=" + state,
                "--terminate",
                "--ctrl",
                "type=unixio,path=" + socket,
                "--flags",
                "startup-clear");
        try {
            Process qemu = start(
                    ("nice -n 5 qemu-system-x86_64 -machine q35,smm=on -accel tcg -cpu max -smp 1 -m 1024 -nodefaults"
                                    + " -no-user-config -global driver=cfi.pflash01,property=secure,value=on"
                                    + " -drive if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.secboot.fd"
                                    + " -drive if=pflash,unit=1,format=raw,file=" + vars
                                    + " -chardev socket,id=tpm,path=" + socket
                                    + " -tpmdev emulator,id=t,chardev=tpm -device tpm-crb,tpmdev=t"
                                    + " -drive file=" + disk + ",if=none,id=d,format=raw,cache=unsafe"
                                    + " -device virtio-blk-pci,drive=d,bootindex=1 -display none -no-reboot"
                                    + " -serial file:" + console)
                            .split(" "));
            try {
                if (!qemu.waitFor(MINUTES, TimeUnit.MINUTES)) {
                    throw new AssertionError("no end after " + MINUTES + " minutes: " + tail(console));
                }
            } finally {
                qemu.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        } finally {
            swtpm.destroyForcibly();
        }
        String text = Files.readString(console, StandardCharsets.ISO_8859_1);
        int begin = text.lastIndexOf("BEGIN-LOG");
        int end = text.lastIndexOf("END-LOG");
        if (begin < 0 || end < begin) {
            throw new AssertionError("the machine told no log: " + tail(console));
        }
        return EventLog.parse(Bytes.of(Base64.getMimeDecoder().decode(text.substring(begin + 9, end))));
    }

    Bytes diskStart() throws IOException {
        try (InputStream in = Files.newInputStream(folder.resolve("disk.raw"))) {
            return Bytes.of(in.readNBytes(BootDisk.START));
        }
    }

    private static String tail(Path file) throws IOException {
        String text = Files.exists(file) ? Files.readString(file, StandardCharsets.ISO_8859_1) : "";
        return text.substring(Math.max(0, text.length() - 2000));
    }

    private Process start(String... words) throws IOException {
        return new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve("programs.log").toFile()))
                .start();
    }

    private void run(String... words) {
        try {
            Process process = start(words);
            if (!process.waitFor(2, TimeUnit.MINUTES) || process.exitValue() != 0) {
                throw new AssertionError(String.join(" ", words) + " failed: " + tail(folder.resolve("programs.log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }
}
