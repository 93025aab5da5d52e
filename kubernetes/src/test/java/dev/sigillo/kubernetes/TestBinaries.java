package dev.sigillo.kubernetes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Where the control plane's programs are: SIGILLO_KUBERNETES, or the newest build in the cache. */
final class TestBinaries {

    private TestBinaries() {}

    /** Why no control plane can be started here. */
    static Optional<String> lack() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need root");
        }
        return find().isPresent()
                ? Optional.empty()
                : Optional.of(
                        "no kube-apiserver and kubectl: set SIGILLO_KUBERNETES, or let distribution/build make them");
    }

    /** In a run of all tests their absence is a failure; whoever runs Maven by hand may do without. */
    static boolean mustBeThere() {
        return List.of("all", "long").contains(System.getenv().getOrDefault("SIGILLO_TEST", ""));
    }

    static Path folder() {
        return find().orElseThrow(() -> new IllegalStateException(lack().orElse("")));
    }

    private static Optional<Path> find() {
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
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static boolean complete(Path folder) {
        return Files.isExecutable(folder.resolve("kube-apiserver")) && Files.isExecutable(folder.resolve("kubectl"));
    }
}
