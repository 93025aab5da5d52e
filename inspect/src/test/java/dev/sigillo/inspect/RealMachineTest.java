package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Real machines: the node image, Debian's kernel package")
@Tag("long")
class RealMachineTest {
    private static final Path CACHE = Path.of(Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
            .orElse(System.getProperty("user.home") + "/.cache/sigillo"));

    @TempDir
    private Path folder;

    private static Path image() throws IOException {
        try (Stream<Path> images =
                Files.isDirectory(CACHE.resolve("images")) ? Files.list(CACHE.resolve("images")) : Stream.empty()) {
            Optional<Path> image = images.filter(each -> Files.isRegularFile(each.resolve("disk.raw")))
                    .findFirst();
            Assumptions.assumeTrue(image.isPresent(), () -> "skipped: no node image below " + CACHE);
            return image.get();
        }
    }

    private static TrustSources varstore(Path file) {
        return new TrustSources(
                Optional.of(file),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    @Test
    @DisplayName("everything on the node image's disk would run with the keys that its machines get")
    void nodeImage() throws Exception {
        Path image = image();
        Inspection inspection = Inspector.inspect(
                image.resolve("disk.raw"),
                Optional.empty(),
                varstore(image.resolve("OVMF_VARS.secureboot.fd")),
                Optional.empty());
        assertThat(inspection.secureBoot()).contains(true);
        assertThat(inspection.unchecked()).isEmpty();
        assertThat(inspection.passes()).isTrue();
        assertThat(inspection.count(Kind.MODULE)).isGreaterThan(500);
        assertThat(inspection.count(Kind.BOOTLOADER)).isEqualTo(2);
        assertThat(inspection.count(Kind.KERNEL)).isEqualTo(1);
    }

    @Test
    @DisplayName(
            "Debian's kernel: its modules are by the key inside it, which decides only where the kernel is not refused")
    void debianPackage() throws Exception {
        List<Path> packages;
        try (Stream<Path> all =
                Files.isDirectory(CACHE.resolve("debs")) ? Files.list(CACHE.resolve("debs")) : Stream.empty()) {
            packages = all.filter(file -> file.toString().endsWith(".deb")).toList();
        }
        Optional<Path> kernel = packages.stream()
                .filter(file -> StagedMachine.must("dpkg-deb", "-f", file.toString(), "Package")
                        .startsWith("linux-image-6"))
                .findFirst();
        Assumptions.assumeTrue(kernel.isPresent(), () -> "skipped: no linux-image package below " + CACHE);
        Path root = folder.resolve("debian");
        StagedMachine.must("dpkg-deb", "-x", kernel.orElseThrow().toString(), root.toString());
        StagedMachine machine = new StagedMachine(folder);
        Inspection inspection = Inspector.inspect(root, Optional.empty(), machine.sources(), Optional.empty());
        assertThat(inspection.files())
                .allSatisfy(file -> assertThat(file.cause())
                        .isEqualTo(file.kind() == Kind.MODULE ? Cause.NOT_KNOWN : Cause.UNKNOWN_SIGNER));
        assertThat(Inspector.inspect(root, Optional.empty(), machine.without(false, false), Optional.empty())
                        .files())
                .allSatisfy(file -> assertThat(file.cause())
                        .isEqualTo(file.kind() == Kind.MODULE ? Cause.SIGNED : Cause.NOT_KNOWN));
        try (Stream<Path> kernels = Files.list(root.resolve("boot"))) {
            for (Path file : kernels.filter(
                            each -> each.getFileName().toString().startsWith("vmlinuz"))
                    .toList()) {
                Files.delete(file);
            }
        }
        assertThat(Inspector.inspect(root, Optional.empty(), machine.sources(), Optional.empty())
                        .files())
                .isNotEmpty()
                .allSatisfy(file -> assertThat(file.cause()).isEqualTo(Cause.NOT_KNOWN));
    }
}
