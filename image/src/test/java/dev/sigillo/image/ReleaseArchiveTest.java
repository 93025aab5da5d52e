package dev.sigillo.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sigillo.process.Command;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code distribution/archive} with archives in the form of Kubernetes' releases; their programs are scripts. */
@DisplayName("A release archive of Kubernetes")
class ReleaseArchiveTest {
    private static final List<String> PROGRAMS =
            List.of("kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl", "kubelet", "kube-proxy");

    @TempDir
    private Path folder;

    private Path programs;
    private Path out;

    @BeforeEach
    void release() throws Exception {
        programs = Files.createDirectories(folder.resolve("release/kubernetes/server/bin"));
        out = Files.createDirectories(folder.resolve("out"));
        for (String program : PROGRAMS) {
            program(program, "#!/bin/sh\necho Kubernetes v1.35.4\n");
        }
        program("kubeadm", "what nobody asked for");
    }

    private void program(String name, String content) throws IOException {
        Files.writeString(programs.resolve(name), content);
        assertThat(programs.resolve(name).toFile().setExecutable(true)).isTrue();
    }

    private Path archive() {
        Path archive = folder.resolve("kubernetes-server-linux-amd64.tar.gz");
        run("tar", "-czf", archive.toString(), "-C", folder.resolve("release").toString(), "kubernetes")
                .orThrow();
        return archive;
    }

    private static Command.Result run(String... command) {
        return Command.run(Duration.ofSeconds(60), List.of(command));
    }

    private Command.Result take(String place, String digest) {
        List<String> command = new ArrayList<>(List.of("env", "SIGILLO_CACHE=" + folder.resolve("cache"), "bash"));
        command.add(Path.of("../distribution/archive").toAbsolutePath().toString());
        command.addAll(List.of(place, digest, out.toString(), "1.35", "1.36"));
        return Command.attempt(Duration.ofSeconds(60), command, new byte[0]);
    }

    private static String digest(Path archive) throws IOException {
        return BuildInputs.sha256(archive);
    }

    private List<String> taken() throws IOException {
        try (Stream<Path> files = Files.list(out)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void refused(Command.Result result, String... words) throws IOException {
        assertThat(result.exit()).as(result.err()).isEqualTo(2);
        assertThat(result.err()).contains(words).doesNotContain("line ");
    }

    @Test
    @DisplayName("gives the six programs and its version, and nothing else of it")
    void whole() throws Exception {
        Path archive = archive();
        Command.Result result = take(archive.toString(), digest(archive));
        assertThat(result.orThrow().out().strip()).isEqualTo("1.35.4");
        assertThat(taken()).containsExactlyElementsOf(PROGRAMS.stream().sorted().toList());
        assertThat(out.resolve("kubelet")).isExecutable();
    }

    @Test
    @DisplayName("of another digest is not looked into")
    void otherDigest() throws Exception {
        String digest = digest(archive());
        program("kubectl", "changed");
        refused(take(archive().toString(), digest), "not " + digest);
        assertThat(taken()).isEmpty();
    }

    @Test
    @DisplayName(
            "is refused without its SHA-256, without a program, with a link in a program's place, for another processor, or of another minor")
    void refused() throws Exception {
        Path archive = archive();
        refused(take(archive.toString(), "abc"), "64 hexadecimal digits");
        refused(take("ftp://example/x.tar.gz", digest(archive)), "neither a file nor a URL");
        refused(take(folder.resolve("none").toString(), digest(archive)), "is not there");

        Files.delete(programs.resolve("kube-scheduler"));
        refused(take(archive().toString(), digest(archive)), "no kubernetes/server/bin/kube-scheduler");
        Files.createSymbolicLink(programs.resolve("kube-scheduler"), Path.of("/usr/bin/true"));
        refused(take(archive().toString(), digest(archive)), "no kubernetes/server/bin/kube-scheduler");
        Files.delete(programs.resolve("kube-scheduler"));
        program("kube-scheduler", "#!/bin/sh\n");

        program("kubelet", "\177ELF of another processor");
        refused(take(archive().toString(), digest(archive)), "x64 Linux");
        program("kubelet", "#!/bin/sh\necho Kubernetes v1.30.1\n");
        refused(take(archive().toString(), digest(archive)), "is Kubernetes 1.30.1", "1.35 1.36");
    }

    @Test
    @DisplayName("is fetched from a URL once, and never when it is not what was named")
    void url() throws Exception {
        Path archive = archive();
        byte[] bytes = Files.readAllBytes(archive);
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, bytes.length);
            try (var body = exchange.getResponseBody()) {
                body.write(bytes);
            }
        });
        server.start();
        String url = "http://127.0.0.1:%d/kubernetes-server-linux-amd64.tar.gz"
                .formatted(server.getAddress().getPort());
        try {
            refused(take(url, "0".repeat(64)), "not " + "0".repeat(64));
            assertThat(take(url, digest(archive)).orThrow().out().strip()).isEqualTo("1.35.4");
        } finally {
            server.stop(0);
        }
        assertThat(take(url, digest(archive)).orThrow().out().strip()).isEqualTo("1.35.4");
        refused(take(url, "1".repeat(64)), "cannot be fetched");
    }
}
