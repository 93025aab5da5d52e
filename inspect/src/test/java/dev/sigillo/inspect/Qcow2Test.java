package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.testkit.ForAll;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Images are made by qemu-img and qemu-io. */
@DisplayName("A disk in QEMU's copy-on-write format")
class Qcow2Test {
    private static final int SIZE = 5 << 20;

    @TempDir
    Path folder;

    private Path raw;

    @BeforeEach
    void disk() throws IOException {
        byte[] content = new byte[SIZE];
        Random random = new Random(7);
        for (int at = 0; at < SIZE; at += 64 << 10) {
            if (random.nextInt(3) > 0) { // else zeros
                byte[] part = new byte[1 + random.nextInt(64 << 10)];
                if (random.nextBoolean()) {
                    random.nextBytes(part);
                } else {
                    java.util.Arrays.fill(part, (byte) 'x');
                }
                System.arraycopy(part, 0, content, at, Math.min(part.length, SIZE - at));
            }
        }
        raw = Files.write(folder.resolve("disk.raw"), content);
    }

    private static byte[] content(Path disk, Optional<Path> backing) throws IOException, UnusableException {
        try (Source source = DiskSource.open(disk, backing)) {
            ByteBuffer all = ByteBuffer.allocate((int) source.size());
            while (all.hasRemaining()) {
                ByteBuffer piece = all.slice(all.position(), Math.min(10_007, all.remaining()));
                int count = source.read(piece, all.position());
                assertThat(count).isPositive();
                all.position(all.position() + count);
            }
            assertThat(source.read(ByteBuffer.allocate(1), SIZE)).isNegative();
            return all.array();
        }
    }

    private Path made(String name, String... words) {
        Path made = folder.resolve(name);
        List<String> command = new ArrayList<>(List.of("qemu-img", "convert", "-f", "raw", "-O", "qcow2"));
        command.addAll(List.of(words));
        command.addAll(List.of(raw.toString(), made.toString()));
        StagedMachine.must(command.toArray(String[]::new));
        return made;
    }

    @Test
    @DisplayName("of any version, cluster size and compression has the bytes that qemu-img put in")
    void forms() throws Exception {
        List<Path> disks = List.of(
                made("plain"),
                made("old", "-o", "compat=0.10"),
                made("small", "-o", "cluster_size=512"),
                made("large", "-o", "cluster_size=2M"),
                made("deflate", "-c"),
                made("deflate512", "-c", "-o", "cluster_size=512"),
                made("deflate2m", "-c", "-o", "cluster_size=2M"),
                made("zstd", "-c", "-o", "compression_type=zstd"));
        for (Path disk : disks) {
            assertThat(content(disk, Optional.empty())).as("%s", disk).isEqualTo(Files.readAllBytes(raw));
        }
    }

    @Test
    @DisplayName("shows what was written over the image below, and zeros that were written over it")
    void overlays() throws Exception {
        Path below = made("below.qcow2", "-c");
        Path top = folder.resolve("top.qcow2");
        StagedMachine.must(
                "qemu-img", "create", "-q", "-f", "qcow2", "-b", "below.qcow2", "-F", "qcow2", top.toString(), "6M");
        StagedMachine.must(
                "qemu-io", "-f", "qcow2", "-c", "write -P 7 100k 300k", "-c", "write -z 1M 1M", top.toString());
        byte[] expected = java.util.Arrays.copyOf(Files.readAllBytes(raw), 6 << 20);
        java.util.Arrays.fill(expected, 100 << 10, 400 << 10, (byte) 7);
        java.util.Arrays.fill(expected, 1 << 20, 2 << 20, (byte) 0);

        assertThat(grown(top, Optional.empty())).isEqualTo(expected);

        Path elsewhere = Files.move(below, folder.resolve("moved"));
        assertThatThrownBy(() -> DiskSource.open(top, Optional.empty()))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("below.qcow2")
                .hasMessageContaining("--backing");
        assertThat(grown(top, Optional.of(elsewhere))).isEqualTo(expected);
    }

    private static byte[] grown(Path disk, Optional<Path> backing) throws IOException, UnusableException {
        try (Source source = DiskSource.open(disk, backing)) {
            return new Volume(source, 0, source.size()).read(0, 6 << 20).toByteArray();
        }
    }

    @Test
    @DisplayName("whose image is no longer where it says finds one of that name beside it")
    void beside() throws Exception {
        Path top = folder.resolve("os.qcow2");
        StagedMachine.must(
                "qemu-img",
                "create",
                "-q",
                "-u",
                "-f",
                "qcow2",
                "-b",
                "/run/none/base",
                "-F",
                "raw",
                top.toString(),
                "5M");
        Files.createSymbolicLink(folder.resolve("base"), raw);

        assertThat(content(top, Optional.empty())).isEqualTo(Files.readAllBytes(raw));
    }

    private Path over(String backing, String name) throws IOException {
        Path top = Files.createDirectories(folder.resolve("own")).resolve(name);
        StagedMachine.must(
                "qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", backing, "-F", "raw", top.toString(), "5M");
        return top;
    }

    @Test
    @DisplayName("rests on what lies in its own folder or below; on another's file only if a person says so")
    void elsewhere() throws Exception {
        Path own = Files.createDirectories(folder.resolve("own/images"));
        Files.copy(raw, own.resolve("inside.raw"));
        Files.createSymbolicLink(folder.resolve("own/out"), raw);
        Files.createSymbolicLink(folder.resolve("own/images/base"), raw);
        assertThat(content(over("images/inside.raw", "a"), Optional.empty())).isEqualTo(Files.readAllBytes(raw));
        for (String outside : List.of(raw.toString(), "../disk.raw", "out", "images/base", "/", "..", "images/../..")) {
            Path top = over(outside, "top");
            assertThatThrownBy(() -> DiskSource.open(top, Optional.empty()))
                    .as(outside)
                    .isInstanceOf(UnusableException.class)
                    .hasMessageContaining("--backing FILE");
            assertThat(content(top, Optional.of(raw))).isEqualTo(Files.readAllBytes(raw));
        }
    }

    @Test
    @DisplayName("of a machine that failed finds its image by the link base beside it, wherever that leads")
    void kept() throws Exception {
        Path top = over("/run/sigillo/base", "os.qcow2");
        Files.createSymbolicLink(folder.resolve("own/base"), raw);
        assertThat(content(top, Optional.empty())).isEqualTo(Files.readAllBytes(raw));
    }

    @Test
    @DisplayName("is refused with the next step where its bytes lie elsewhere, or it rests on itself")
    void refused() {
        Path extended = made("extended", "-o", "extended_l2=on,cluster_size=128k");
        assertThatThrownBy(() -> DiskSource.open(extended, Optional.empty()))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("qemu-img convert");
        Path loop = folder.resolve("loop");
        StagedMachine.must(
                "qemu-img", "create", "-q", "-u", "-f", "qcow2", "-b", "loop", "-F", "qcow2", loop.toString(), "5M");
        assertThatThrownBy(() -> DiskSource.open(loop, Optional.empty())).isInstanceOf(UnusableException.class);
        assertThatThrownBy(() -> DiskSource.open(raw, Optional.of(raw)))
                .isInstanceOf(UnusableException.class)
                .hasMessageContaining("leave out --backing");
    }

    @Test
    @DisplayName("that is damaged anywhere costs an IOException and nothing else")
    void hostile() throws Exception {
        Path below = made("whole", "-c", "-o", "cluster_size=4k");
        byte[] whole = Files.readAllBytes(below);
        Path changed = folder.resolve("changed");
        ForAll.seeds(200, random -> {
            byte[] bytes = whole.clone();
            for (int i = 0; i < 20; i++) {
                bytes[4 + random.nextInt(random.nextBoolean() ? 108 : bytes.length - 4)] = (byte) random.nextInt();
            }
            Files.write(changed, bytes);
            try (Source source = DiskSource.open(changed, Optional.empty())) {
                for (long at = 0; at < Math.min(source.size(), SIZE); at += 4096) {
                    source.read(ByteBuffer.allocate(4096), at);
                }
            } catch (IOException | UnusableException told) {
                assertThat(told.getMessage()).isNotEmpty();
            }
        });
    }
}
