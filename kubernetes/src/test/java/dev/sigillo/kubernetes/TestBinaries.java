package dev.sigillo.kubernetes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the control plane's programs are: SIGILLO_KUBERNETES, or the newest build in the cache. */
final class TestBinaries {

    private TestBinaries() {}

    static Optional<Path> find() throws IOException {
        Map<String, String> environment = System.getenv();
        if (environment.containsKey("SIGILLO_KUBERNETES")) {
            return Optional.of(Path.of(environment.get("SIGILLO_KUBERNETES"))).filter(TestBinaries::complete);
        }
        String home = environment.getOrDefault("HOME", "/root");
        Path builds = Path.of(environment.getOrDefault("SIGILLO_CACHE", home + "/.cache/sigillo"), "kubernetes");
        if (!Files.isDirectory(builds)) {
            return Optional.empty();
        }
        try (Stream<Path> all = Files.list(builds)) {
            return all.filter(TestBinaries::complete)
                    .max(Comparator.comparingLong(folder -> folder.toFile().lastModified()));
        }
    }

    private static boolean complete(Path folder) {
        return Files.isExecutable(folder.resolve("control-plane")) && Files.isExecutable(folder.resolve("kubectl"));
    }
}
