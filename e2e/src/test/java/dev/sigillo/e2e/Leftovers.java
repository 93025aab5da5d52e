package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What this installation has on the host: processes, namespaces, interfaces, filter tables, machine files. */
final class Leftovers {
    private final Installation sigillo;
    private final String tag;

    private Leftovers(Installation sigillo, String tag) {
        this.sigillo = sigillo;
        this.tag = tag;
    }

    static Leftovers of(Installation sigillo) {
        try {
            String home = Files.readString(sigillo.home().resolve("home.json"));
            return new Leftovers(sigillo, home.replaceAll("(?s).*\"tag\"\\s*:\\s*\"([0-9a-f]{4})\".*", "$1"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void assertNone() {
        assertThat(processes(false)).as("processes").isEmpty();
        assertNetworkClean();
    }

    void assertNoneButServer() {
        assertThat(processes(true)).as("processes").isEmpty();
        assertNetworkClean();
        assertThat(children("machines")).as("machine folders").isEmpty();
        assertThat(children("machine-keys")).as("vTPM keys").isEmpty();
        assertThat(children("clusters")).as("cluster folders").isEmpty();
    }

    private void assertNetworkClean() {
        assertThat(shell("ip netns list")).doesNotContain("sg-" + tag);
        assertThat(shell("ip -o link")).doesNotContain("sg" + tag);
        assertThat(shell("nft list tables")).doesNotContain("sigillo_" + tag);
    }

    private List<String> children(String folder) {
        Path path = sigillo.home().resolve(folder);
        if (!Files.isDirectory(path)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(path)) {
            return files.map(Path::toString).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Command lines that name the home, its run folder or its tag; the tests' own JVM and the server are not meant. */
    private List<String> processes(boolean serverMayLive) {
        List<String> found = new ArrayList<>();
        long server = serverMayLive ? sigillo.server().path("pid").asLong() : -1;
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (process.pid() == ProcessHandle.current().pid() || process.pid() == server) {
                continue;
            }
            try {
                String line = new String(
                                Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline")),
                                StandardCharsets.UTF_8)
                        .replace('\0', ' ');
                if (line.contains(sigillo.home().toString())
                        || line.contains("/run/sigillo-" + tag)
                        || line.contains("sigillo/" + tag)) {
                    found.add(process.pid() + " " + line);
                }
            } catch (IOException gone) {
                // It ended meanwhile: no leftover.
            }
        }
        return found;
    }

    private static String shell(String command) {
        return Shell.run(Duration.ofSeconds(20), Map.of(), List.of("sh", "-c", command))
                .out();
    }
}
