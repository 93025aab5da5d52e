package dev.sigillo.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The quick half of fuzzing: seeds, everything that ever crashed a parser (src/test/resources/crashes), and some thousand
 * mutations of them. scripts/fuzz is the long half.
 */
class HostileTest {

    private static final int MUTATIONS = 400;
    private static final int LARGEST = 64 << 10;

    @DisplayName("A seed that was forged is well-formed")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void seeds(Target target) throws IOException {
        assertThat(target.takes(Seeds.of(target).getFirst())).isTrue();
    }

    @DisplayName("What crashed a parser once is refused or read")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void crashes(Target target) throws IOException {
        Path folder = Path.of("src/test/resources/crashes", target.folder());
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                Bytes hostile = Bytes.of(Files.readAllBytes(file));
                assertThatCode(() -> target.takes(hostile)).as("%s", file).doesNotThrowAnyException();
            }
        }
    }

    @DisplayName("Whatever is changed in a seed, the parser throws nothing but its own exception")
    @ParameterizedTest(name = "{0}")
    @EnumSource
    void mutations(Target target) throws IOException {
        List<Bytes> seeds =
                Seeds.of(target).stream().filter(seed -> seed.size() <= LARGEST).toList();
        for (int number = 1; number <= MUTATIONS; number++) {
            SplittableRandom random = new SplittableRandom(number);
            Bytes hostile = Mutation.of(seeds.get(random.nextInt(seeds.size())), random);
            assertThatCode(() -> target.takes(hostile))
                    .as("mutation %d: %s", number, hostile)
                    .doesNotThrowAnyException();
        }
    }
}
