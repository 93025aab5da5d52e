package dev.sigillo.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Operation;
import dev.sigillo.arm.OperationStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** Tells a story in a world of its own. */
final class Stories {

    private Stories() {}

    /** What happens. */
    interface Story {
        void tell(World world) throws Exception;
    }

    static void in(Story story) throws Exception {
        Path folder = Files.createTempDirectory("sigillo-world");
        try (World world = new World(folder)) {
            story.tell(world);
        } finally {
            remove(folder);
        }
    }

    static void succeeds(World world, Operation operation) throws InterruptedException {
        Operation ended = world.await(operation);
        assertThat(ended.status()).as(ended.toString()).isEqualTo(OperationStatus.SUCCEEDED);
    }

    /** A killed server's thread may close the database, and so remove its files, while they are looked at. */
    private static void remove(Path folder) throws IOException {
        for (int tries = 1; ; tries++) {
            try (Stream<Path> all = Files.walk(folder)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
                return;
            } catch (IOException | UncheckedIOException vanished) {
                if (tries == 20) {
                    throw vanished;
                }
            }
        }
    }
}
