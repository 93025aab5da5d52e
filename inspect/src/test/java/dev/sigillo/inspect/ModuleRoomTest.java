package dev.sigillo.inspect;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("Modules that need more memory than there is")
class ModuleRoomTest {
    private static final int LARGE = 250 << 20;

    @TempDir
    private Path folder;

    private Path large(String name) throws IOException {
        Path file = folder.resolve("usr/lib/modules/1/" + name);
        Files.createDirectories(file.getParent());
        try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
            sparse.setLength(LARGE);
        }
        return file;
    }

    @Test
    @DisplayName("are unchecked one by one, packed or sparse, and the others are judged")
    void unchecked() throws Exception {
        Path small =
                Files.createDirectories(folder.resolve("usr/lib/modules/1")).resolve("small.ko");
        Files.writeString(small, "\177ELF");
        Path packed = large("packed0.ko");
        StagedMachine.must("xz", "-0", packed.toString());
        for (int i = 0; i < 4; i++) {
            large("sparse" + i + ".ko");
            Files.copy(
                    folder.resolve("usr/lib/modules/1/packed0.ko.xz"),
                    folder.resolve("usr/lib/modules/1/packed" + (i + 1) + ".ko.xz"));
        }
        Process check = ChildJvm.start(Check.class, "-Xmx320m", folder.toString());
        try (BufferedReader out = check.inputReader(StandardCharsets.UTF_8)) {
            List<String> lines = out.readAllLines();
            assertThat(check.waitFor()).isZero();
            assertThat(lines).hasSize(10).contains("/usr/lib/modules/1/small.ko: unsigned");
            assertThat(lines).anyMatch(line -> line.contains("more memory than"));
        } finally {
            check.destroyForcibly();
        }
    }

    @Test
    @DisplayName("are judged where there is room for one of them at a time")
    void oneByOne() throws Exception {
        for (int i = 0; i < 4; i++) {
            large("sparse" + i + ".ko");
        }
        Process check = ChildJvm.start(Check.class, "-Xmx2g", folder.toString());
        try (BufferedReader out = check.inputReader(StandardCharsets.UTF_8)) {
            assertThat(out.readAllLines())
                    .hasSize(4)
                    .allSatisfy(line -> assertThat(line).endsWith(": unsigned"));
        } finally {
            check.destroyForcibly();
        }
    }

    /** Prints a line for each module. */
    static final class Check {
        private Check() {}

        public static void main(String[] arguments) throws Exception {
            TrustSources nothing = new TrustSources(
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty(),
                    Optional.empty());
            Inspection inspection =
                    Inspector.inspect(Path.of(arguments[0]), Optional.empty(), nothing, Optional.empty());
            inspection.files().forEach(file -> System.out.println(file.path() + ": " + file.reason()));
            inspection.unchecked().forEach(file -> System.out.println(file.path() + ": " + file.why()));
        }
    }
}
