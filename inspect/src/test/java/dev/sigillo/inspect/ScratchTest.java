package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What is unpacked of a disk")
class ScratchTest {
    @TempDir
    private Path folder;

    private Path disk() throws IOException {
        Path files = Files.createDirectories(folder.resolve("files/boot"));
        Files.writeString(files.resolve("vmlinuz-1"), "MZ");
        Path image = folder.resolve("disk.erofs");
        StagedMachine.must(
                "mkfs.erofs",
                "-zlz4hc",
                image.toString(),
                folder.resolve("files").toString());
        return image;
    }

    @Test
    @DisplayName("is open to nobody else, neither the image while its tool reads it nor what comes out")
    void closed() throws Exception {
        Path image = disk();
        try (Scratch scratch = Scratch.make();
                Source source = Source.raw(image)) {
            Tree tree = Erofs.open(new Volume(source, 0, source.size()), "", scratch, "p1");
            assertThat(tree.kind("boot/vmlinuz-1")).isEqualTo(Tree.Kind.FILE);
            Path unpacked = scratch.folder().resolve("p1");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(unpacked)))
                    .isEqualTo("rwx------");
            assertThat(Files.getOwner(unpacked, LinkOption.NOFOLLOW_LINKS)).isEqualTo(Files.getOwner(folder));
        }
    }

    @Test
    @DisplayName("goes when the check is told to end")
    void ends() throws Exception {
        Path temporary = Files.createDirectory(folder.resolve("tmp"));
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        Process check = ChildJvm.start(Waiting.class, "-Djava.io.tmpdir=" + temporary, disk().toString());
        try (BufferedReader out = check.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readLine()).isEqualTo("open");
            assertThat(entries(temporary)).isEqualTo(1);
            check.destroy();
            assertThat(check.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(entries(temporary)).isZero();
        } finally {
            check.destroyForcibly();
        }
    }

    private static long entries(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.count();
        }
    }

    /** Opens a disk and stays. */
    static final class Waiting {
        private Waiting() {}

        public static void main(String[] arguments) throws Exception {
            try (DiskImage disk = DiskImage.open(Path.of(arguments[0]), Optional.empty(), (path, why) -> {})) {
                System.out.println(disk.trees().size() == 1 ? "open" : "not read");
                Thread.sleep(60_000);
            }
        }
    }
}
