package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.process.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two whole builds, minutes of work and root's: of what {@code ./run} left in the cache, so that comes first. The other
 * hour is libfaketime's (Debian's package faketime) where it is installed; else both builds are of this hour.
 */
@Tag("long")
@DisplayName("The node image")
class ReproducibleBuildTest {

    private static final Path CACHE = Path.of(Optional.ofNullable(System.getenv("SIGILLO_CACHE"))
            .orElse(System.getProperty("user.home") + "/.cache/sigillo"));
    private static final Path FAKETIME = Path.of("/usr/bin/faketime");

    @Test
    @DisplayName("is the same, file by file, from another folder at another hour with an empty image cache")
    void sameImage(@TempDir(cleanup = org.junit.jupiter.api.io.CleanupMode.ON_SUCCESS) Path folder) throws IOException {
        Path programs = CACHE.resolve("kubernetes-current");
        Path agent = CACHE.resolve("dist/current/agent");
        Assumptions.assumeTrue(
                Files.isDirectory(programs) && Files.isDirectory(agent),
                "skipped: " + CACHE + " holds no Go programs and no agent; ./run builds them");
        NodeImage one = build(folder.resolve("one"), programs, agent, List.of());
        NodeImage other = build(folder.resolve("another/one"), programs, agent, anotherHour());

        assertThat(ImageFacts.hashes(other.folder())).isEqualTo(ImageFacts.hashes(one.folder()));
        assertThat(other.version()).isEqualTo(one.version());
        assertThat(other.rootHash()).isEqualTo(one.rootHash());
        assertThat(other.secureBootOn()).isEqualTo(one.secureBootOn());
        assertThat(other.secureBootOff()).isEqualTo(one.secureBootOff());
        assertThat(Files.readAllLines(one.folder().resolve("packages.lock")))
                .as(
                        "exactly the locked packages; if the archive moved on, distribution/image/relock.sh takes the new ones")
                .isEqualTo(Files.readAllLines(Path.of("../distribution/image/packages.lock")));
    }

    private static NodeImage build(Path folder, Path programs, Path agent, List<String> wrapper) throws IOException {
        Path cache = Files.createDirectories(folder.resolve("cache"));
        // What was downloaded is not part of the question; it is checked by digest and by version.
        Files.createSymbolicLink(cache.resolve("debs"), Files.createDirectories(CACHE.resolve("debs")));
        try (Stream<Path> tools = Files.list(CACHE)) {
            for (Path tool : tools.filter(path -> path.getFileName().toString().startsWith("virt-firmware"))
                    .toList()) {
                Files.createSymbolicLink(cache.resolve(tool.getFileName()), tool);
            }
        }
        Path distribution = folder.resolve("distribution");
        Command.run(Duration.ofMinutes(1), List.of("cp", "-r", "../distribution", distribution.toString()))
                .orThrow();
        BuildInputs inputs = new BuildInputs(
                cache,
                distribution,
                programs,
                agent,
                Path.of(System.getProperty("java.home")),
                Path.of("/usr/share/OVMF"));
        new ImageBuild(inputs, System.out, wrapper).run();
        return ImageCatalog.open(inputs.images()).latest().orElseThrow();
    }

    private static List<String> anotherHour() {
        // Real time goes on from there, for programs that wait; files keep the times that they were given.
        return Files.isExecutable(FAKETIME)
                ? List.of("env", "NO_FAKE_STAT=1", FAKETIME.toString(), "-f", "+29h")
                : List.of();
    }
}
