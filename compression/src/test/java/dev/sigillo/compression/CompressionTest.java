package dev.sigillo.compression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.testkit.ForAll;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("What the formats' own tools packed")
class CompressionTest {
    private static final int MOST = 32 << 20;

    /** The tools are other people's programs; each writes the format to standard output. */
    private static final Map<Compression, List<String>> TOOLS = Map.of(
            Compression.GZIP, List.of("gzip -6", "gzip --no-name -9"),
            Compression.XZ, List.of("xz -6 --check=crc32", "xz --x86 --lzma2=dict=64KiB"),
            Compression.LZMA, List.of("xz --format=lzma -6"),
            Compression.LZ4, List.of("lz4 -l -9"),
            Compression.ZSTD,
                    List.of(
                            "zstd -1",
                            "zstd -3 --no-check",
                            "zstd -19",
                            "zstd --ultra -22 --long=27",
                            "zstd --fast=9"));

    @TempDir
    private Path folder;

    private static Bytes pack(String tool, Path file) throws IOException {
        List<String> words = new ArrayList<>(List.of(tool.split(" ")));
        words.addAll(List.of("-c", file.toString()));
        Process process = new ProcessBuilder(words)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (var in = process.getInputStream()) {
            return Bytes.of(in.readAllBytes());
        } finally {
            process.destroy();
        }
    }

    /** Nothing, one byte, zeros, text, noise, machine code, and what has long matches far back. */
    private static List<byte[]> contents() throws IOException {
        RandomGenerator random = RandomGenerator.of("L64X128MixRandom");
        byte[] noise = new byte[60_000];
        random.nextBytes(noise);
        ByteArrayOutputStream words = new ByteArrayOutputStream();
        for (int i = 0; i < 6_000; i++) {
            words.writeBytes(("event " + i * 31 % 977 + " of bank sha256 extends PCR " + i % 24 + "\n")
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8));
        }
        ByteArrayOutputStream far = new ByteArrayOutputStream();
        for (int i = 0; i < 4; i++) {
            far.writeBytes(noise);
            far.writeBytes(new byte[i * 1000]);
        }
        byte[] code = Files.readAllBytes(Path.of(System.getProperty("java.home"), "lib", "server", "libjvm.so"));
        return List.of(
                new byte[] {7},
                new byte[9 << 20],
                words.toByteArray(),
                noise,
                far.toByteArray(),
                java.util.Arrays.copyOf(code, 1 << 20));
    }

    @TestFactory
    @DisplayName("comes out as it went in, with what follows left alone")
    Stream<DynamicTest> faithful() throws IOException {
        List<byte[]> contents = contents();
        return TOOLS.entrySet().stream()
                .flatMap(tools -> tools.getValue().stream()
                        .map(tool -> dynamicTest(tool, () -> {
                            for (byte[] content : contents) {
                                Path file = Files.write(folder.resolve("content"), content);
                                Bytes packed = pack(tool, file);
                                assertThat(Compression.of(packed)).contains(tools.getKey());
                                assertThat(tools.getKey().unpack(packed, MOST)).isEqualTo(Bytes.of(content));
                                Bytes size = Bytes.of((byte) content.length, (byte) 1, (byte) 2, (byte) 0);
                                assertThat(tools.getKey().unpack(Bytes.concat(packed, size), MOST))
                                        .isEqualTo(Bytes.of(content));
                                if (tools.getKey() != Compression.LZ4) { // whose frames are one content
                                    assertThat(tools.getKey().unpack(Bytes.concat(packed, packed, size), MOST))
                                            .isEqualTo(Bytes.of(content));
                                }
                                if (content.length > 1) {
                                    assertThatThrownBy(() -> tools.getKey().unpack(packed, content.length - 1))
                                            .isInstanceOf(MalformedException.class);
                                }
                            }
                        })));
    }

    @TestFactory
    @DisplayName("changed or cut anywhere: the content, or MalformedException and nothing else")
    Stream<DynamicTest> hostile() throws IOException {
        byte[] content = java.util.Arrays.copyOf(contents().get(2), 40_000);
        Path file = Files.write(folder.resolve("text"), content);
        return TOOLS.entrySet().stream()
                .map(tools -> dynamicTest(tools.getKey().name(), () -> {
                    Bytes packed = pack(tools.getValue().getFirst(), file);
                    ForAll.seeds(400, random -> {
                        byte[] changed = packed.toByteArray();
                        for (int i = random.nextInt(3); i >= 0; i--) {
                            changed[random.nextInt(changed.length)] = (byte) random.nextInt();
                        }
                        Bytes cut = Bytes.of(
                                changed, 0, random.nextBoolean() ? changed.length : random.nextInt(changed.length));
                        assertThatCode(() -> {
                                    try {
                                        assertThat(tools.getKey()
                                                        .unpack(cut, 1 << 20)
                                                        .size())
                                                .isLessThanOrEqualTo(1 << 20);
                                    } catch (MalformedException refused) {
                                        assertThat(refused.detail()).isNotEmpty();
                                    }
                                })
                                .doesNotThrowAnyException();
                    });
                }));
    }

    @Test
    @DisplayName("a bomb of a thousand times its size is refused at the bound")
    void bomb() throws IOException {
        Path zeros = Files.write(folder.resolve("zeros"), new byte[8 << 20]);
        for (Map.Entry<Compression, List<String>> tools : TOOLS.entrySet()) {
            Bytes packed = pack(tools.getValue().getFirst(), zeros);
            assertThatThrownBy(() -> tools.getKey().unpack(packed, 1 << 20))
                    .isInstanceOf(MalformedException.class)
                    .hasMessageContaining("accepted");
        }
    }
}
