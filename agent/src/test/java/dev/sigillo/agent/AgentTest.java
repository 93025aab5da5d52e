package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.tpm.Tpm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@DisplayName("The agent against a server that checks each step")
class AgentTest {

    private static final Bytes EK_CERTIFICATE = Bytes.utf8("the EK's certificate");

    @TempDir
    private Path root;

    private final List<String> commands = Collections.synchronizedList(new ArrayList<>());
    private final List<Duration> pauses = Collections.synchronizedList(new ArrayList<>());
    private FakeEnrolment server;

    @BeforeEach
    void machine() throws Exception {
        server = new FakeEnrolment();
        Files.createDirectories(root.resolve("sys/class/net/enp0s2/device"));
        Files.createDirectories(root.resolve("sys/class/net/lo"));
        Files.createDirectories(root.resolve("sys/kernel/security/tpm0"));
        Files.createDirectories(root.resolve("sys/kernel/security/ima"));
        Files.writeString(root.resolve("sys/kernel/security/tpm0/binary_bios_measurements"), "events");
        Files.writeString(root.resolve("sys/kernel/security/ima/binary_runtime_measurements"), "modules");
        Files.createDirectories(root.resolve("proc/sys/kernel"));
        Files.writeString(root.resolve("proc/sys/kernel/hostname"), "localhost");
        Files.createDirectories(root.resolve("proc/self"));
        Files.writeString(root.resolve("proc/self/cgroup"), "0::/system.slice/sigillo-agent.service\n");
        Files.createDirectories(root.resolve("proc/sys/net/ipv4"));
        Files.writeString(root.resolve("proc/sys/net/ipv4/ip_forward"), "0");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private void drive(Optional<String> token) throws Exception {
        drive(token, server.address());
    }

    private void drive(Optional<String> token, URI enrolment) throws Exception {
        Json.Obj json = ConfigDriveTest.valid()
                .with("enrolment", enrolment.toString())
                .with("caCertificate", server.authority.pem());
        Path links = Files.createDirectories(root.resolve("dev/disk/by-id"));
        Files.write(
                links.resolve("virtio-sigillo-config"),
                ConfigDriveTest.disk(token.isPresent() ? json.with("token", token.get()) : json));
    }

    /** Runs until {@code rounds} leases were taken and used up, and returns what the console saw. */
    private String run(int rounds, Agent.TpmSource tpm) throws Exception {
        int[] left = {rounds};
        Agent.Pause pause = time -> {
            pauses.add(time);
            boolean leaseTaken = time.equals(Duration.ofSeconds(5))
                    && Thread.currentThread().getName().equals("main");
            if (leaseTaken && left[0]-- == 1) {
                throw new InterruptedException("the test is over");
            }
            Thread.sleep(1);
        };
        PrintStream before = System.out;
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
        Programs programs = (patience, input, command) -> {
            boolean imports = command.contains("import");
            String archive = imports ? Files.readString(Path.of(command.getLast())) : "";
            commands.add(String.join(" ", command) + (input.isEmpty() ? "" : "\n" + input) + archive);
            return imports ? "unpacking registry.local/app:1 (sha256:00)...done\n" : "";
        };
        long[] hours = {0}; // each look at this clock is an hour later, so that each lease is over at once
        try {
            Agent agent =
                    new Agent(root, programs, tpm, Clock.systemUTC(), () -> hours[0]++ * 3_600_000_000_000L, pause);
            assertThatThrownBy(agent::run).isInstanceOf(InterruptedException.class);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("preload")) {
                    thread.join(); // it works below the temporary folder
                }
            }
        } finally {
            System.setOut(before);
        }
        assertThat(server.failures).isEmpty();
        return console.toString(StandardCharsets.UTF_8);
    }

    private String runFile(String name) throws Exception {
        return Files.readString(root.resolve("run/sigillo").resolve(name));
    }

    @Test
    @DisplayName("a machine with a vTPM activates, quotes, joins, and does all of it again to renew, with a new key")
    void attested() throws Exception {
        drive(Optional.empty());
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            run(2, () -> Optional.of(swtpm.connect()));
        }

        assertThat(server.requests.stream().filter(path -> !path.contains("archives")))
                .containsExactly(
                        "/enrolment/v1/challenge", "/enrolment/v1/evidence",
                        "/enrolment/v1/challenge", "/enrolment/v1/evidence");
        assertThat(server.evidence.getFirst().text("eventLog"))
                .isEqualTo(Bytes.utf8("events").base64());
        assertThat(server.evidence.getFirst().text("imaList"))
                .isEqualTo(Bytes.utf8("modules").base64());
        assertThat(server.evidence.stream()
                        .map(body -> body.members().get("kubeletKey"))
                        .distinct())
                .hasSize(2);
        Joined last = Joined.restore(Files.readAllBytes(root.resolve("run/sigillo/joined.json")));
        assertThat(runFile("credential.json")).contains("ExecCredential", "BEGIN CERTIFICATE", "BEGIN PRIVATE KEY");
        assertThat(runFile("credential.json"))
                .contains(last.privateKeyPem().lines().toList().get(1));
        assertThat(server.evidence)
                .allSatisfy(body -> assertThat(body.members()).doesNotContainKey("servingCsr"));
    }

    /** Runs for that long by a clock that only pauses move. */
    private String runFor(Duration time, Agent.TpmSource tpm, Consumer<Duration> at) throws Exception {
        long[] nanos = {0};
        Agent.Pause pause = length -> {
            if (!Thread.currentThread().getName().equals("main")) {
                return; // archives are imported beside it
            }
            nanos[0] += length.toNanos();
            at.accept(Duration.ofNanos(nanos[0]));
            if (nanos[0] >= time.toNanos()) {
                throw new InterruptedException("the test is over");
            }
        };
        PrintStream before = System.out;
        ByteArrayOutputStream console = new ByteArrayOutputStream();
        System.setOut(new PrintStream(console, true, StandardCharsets.UTF_8));
        try {
            Agent agent = new Agent(root, (_, _, _) -> "", tpm, Clock.systemUTC(), () -> nanos[0], pause);
            assertThatThrownBy(agent::run).isInstanceOf(InterruptedException.class);
            for (Thread thread : Thread.getAllStackTraces().keySet()) {
                if (thread.getName().equals("preload")) {
                    thread.join();
                }
            }
        } finally {
            System.setOut(before);
        }
        assertThat(server.failures).isEmpty();
        return console.toString(StandardCharsets.UTF_8);
    }

    private List<String> steps() {
        return server.requests.stream()
                .filter(path -> !path.contains("archives"))
                .map(path -> path.substring(path.lastIndexOf('/') + 1))
                .toList();
    }

    @Test
    @DisplayName("between two certificates it attests each minute by the nonce of the last reply, and renews in such a"
            + " round")
    void periodic() throws Exception {
        drive(Optional.empty());
        server.periodic = true;
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            runFor(Duration.ofSeconds(310), () -> Optional.of(swtpm.connect()), _ -> {});
        }
        assertThat(steps()).containsExactly("challenge", "evidence", "attest", "attest", "attest", "attest", "attest");
        assertThat(server.evidence.getFirst().members()).containsKey("attests");
        String first = server.evidence.getFirst().text("kubeletKey");
        for (Json.Obj body : server.attested.subList(0, 3)) {
            assertThat(body.members()).doesNotContainKeys("clientCsr", "eventLog", "secret");
            assertThat(body.text("kubeletKey")).as("the present key").isEqualTo(first);
            assertThat(body.text("eventLogSha256"))
                    .isEqualTo(Digest.sha256(Bytes.utf8("events").toByteArray()).hex());
            assertThat(body.text("imaListSha256"))
                    .isEqualTo(
                            Digest.sha256(Bytes.utf8("modules").toByteArray()).hex());
            assertThat(body.text("imaList")).isEmpty();
        }
        assertThat(server.attested.get(3).members()).containsKey("clientCsr");
        String second = server.attested.get(3).text("kubeletKey");
        assertThat(second).isNotEqualTo(first);
        assertThat(server.attested.get(4).text("kubeletKey")).isEqualTo(second);
        Joined last = Joined.restore(Files.readAllBytes(root.resolve("run/sigillo/joined.json")));
        assertThat(runFile("credential.json"))
                .contains(last.privateKeyPem().lines().toList().get(1));
    }

    @Test
    @DisplayName("of a list that has grown only the rest is sent, with the digest of what went before")
    void grownList() throws Exception {
        drive(Optional.empty());
        server.periodic = true;
        Path list = root.resolve("sys/kernel/security/ima/binary_runtime_measurements");
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            runFor(Duration.ofSeconds(190), () -> Optional.of(swtpm.connect()), now -> {
                if (now.toSeconds() > 70) {
                    try {
                        Files.writeString(list, "modules and more");
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
            });
        }
        assertThat(server.attested).hasSize(3);
        assertThat(server.attested.get(1).text("imaList"))
                .isEqualTo(Bytes.utf8(" and more").base64());
        assertThat(server.attested.get(1).text("imaListSha256"))
                .isEqualTo(Digest.sha256(Bytes.utf8("modules").toByteArray()).hex());
        assertThat(server.attested.get(2).text("imaListSha256"))
                .isEqualTo(Digest.sha256(Bytes.utf8("modules and more").toByteArray())
                        .hex());
    }

    @Test
    @DisplayName("a server that has lost the nonce gets the whole challenge at once, and rounds go on by its reply")
    void lostNonce() throws Exception {
        drive(Optional.empty());
        server.periodic = true;
        server.forgotten.set(1);
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            runFor(Duration.ofSeconds(130), () -> Optional.of(swtpm.connect()), _ -> {});
        }
        assertThat(steps()).containsExactly("challenge", "evidence", "attest", "challenge", "evidence", "attest");
        assertThat(server.evidence.get(1).text("eventLog"))
                .isEqualTo(Bytes.utf8("events").base64());
        assertThat(server.attested.get(1).text("kubeletKey"))
                .as("the certificate that came with it is the present one")
                .isEqualTo(server.evidence.get(1).text("kubeletKey"));
    }

    @Test
    @DisplayName("an agent that was restarted begins with the whole challenge")
    void restartedAttested() throws Exception {
        drive(Optional.empty());
        server.periodic = true;
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            for (int start = 0; start < 2; start++) {
                try (Tpm tpm = swtpm.connect()) { // which serves one client at a time
                    runFor(Duration.ofSeconds(70), () -> Optional.of(tpm), _ -> {});
                }
            }
        }
        assertThat(steps()).containsExactly("challenge", "evidence", "attest", "challenge", "evidence", "attest");
    }

    @Test
    @DisplayName("before the kubelet starts, network, files and host name are in place, secrets readable by root alone")
    void node() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));

        run(1, Optional::empty);

        assertThat(commands.getFirst())
                .startsWith("ip -batch -")
                .contains("address replace 10.224.1.5/24 dev enp0s2", "default via 10.224.1.1");
        assertThat(commands.get(1))
                .startsWith("nft -f -")
                .contains("ip daddr 127.0.0.1 tcp dport " + server.address().getPort()
                        + " socket cgroupv2 level 2 != \"system.slice/sigillo-agent.service\" reject");
        assertThat(commands.get(2))
                .startsWith("nft -f -")
                .contains("ip saddr 10.244.3.0/24 ip daddr != 10.244.0.0/16 ip daddr != 10.0.0.0/16"
                        + " ip daddr != 10.224.1.0/24 masquerade")
                .contains("ip saddr 10.244.3.0/24 ip daddr 127.0.0.1 ct direction reply accept\n"
                        + "    ip saddr 10.244.3.0/24 ip daddr 127.0.0.1 drop");
        assertThat(commands.get(3)).isEqualTo("systemctl start --no-block kubelet.service kube-proxy.service");
        assertThat(root.resolve("proc/sys/kernel/hostname")).hasContent("aks-pool-0");
        assertThat(root.resolve("proc/sys/net/ipv4/ip_forward")).hasContent("1");
        assertThat(runFile("kubelet.env"))
                .isEqualTo("KUBELET_ARGS=--hostname-override=aks-pool-0 --node-ip=10.224.1.5"
                        + " --cert-dir=/run/sigillo/kubelet-serving\n");
        assertThat(runFile("kubelet.yaml"))
                .contains("\"maxPods\":30", "\"readOnlyPort\":0", "\"serverTLSBootstrap\":true")
                .contains("\"tlsCertFile\":\"\"", "\"staticPodPath\":\"\"", "\"mode\":\"Webhook\"")
                .doesNotContain("evil", "AlwaysAllow");
        assertThat(runFile("resolv.conf")).isEqualTo("nameserver 192.0.2.53\n");
        assertThat(runFile("kube-proxy.yaml")).contains("\"mode\":\"nftables\"", "10.244.0.0/16");
        assertThat(runFile("cni/10-sigillo.conflist")).contains("10.244.3.0/24", "\"ipMasq\":false");
        try (Stream<Path> files = Files.list(root.resolve("run/sigillo"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as(file.toString())
                        .isEqualTo(file.endsWith("resolv.conf") ? "rw-r--r--" : "rw-------");
            }
        }
    }

    @Test
    @DisplayName("a machine without a vTPM joins by its token once, then renews by its certificate over mutual TLS")
    void token() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));

        String console = run(3, Optional::empty);

        assertThat(server.requests.stream().filter(path -> !path.contains("archives")))
                .containsExactly(
                        "/enrolment/v1/token", "/enrolment/v1/evidence",
                        "/enrolment/v1/renew", "/enrolment/v1/renew");
        assertThat(console).doesNotContain(FakeEnrolment.TOKEN).doesNotContain("PRIVATE KEY");
        assertThat(String.join("\n", commands))
                .doesNotContain(FakeEnrolment.TOKEN)
                .doesNotContain("proxy-token");
    }

    @Test
    @DisplayName("an agent that is restarted after its token was used renews by what it left in /run")
    void restarted() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));
        run(1, Optional::empty);

        run(2, Optional::empty);

        assertThat(server.requests.stream().filter(path -> !path.contains("archives")))
                .containsExactly("/enrolment/v1/token", "/enrolment/v1/evidence", "/enrolment/v1/renew");
    }

    @Test
    @DisplayName("a refusal names the component on the console, starts no kubelet, and is tried again after 30 seconds")
    void refused() throws Exception {
        drive(Optional.empty());
        server.refusals.add(FakeEnrolment.refusal("the kernel command line differs\u001b[2J"));
        String console;
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            console = run(1, () -> Optional.of(swtpm.connect()));
        }

        assertThat(console)
                .contains("REFUSED: the kernel command line differs [2J (AttestationFailed)")
                .contains("kernel command line; expected: quiet; was: init=/bin/sh")
                .contains("driver x: not of this image");
        assertThat(pauses.indexOf(Duration.ofSeconds(30))).isNotNegative();
        assertThat(server.requests.subList(0, 4))
                .containsExactly(
                        "/enrolment/v1/challenge", "/enrolment/v1/evidence",
                        "/enrolment/v1/challenge", "/enrolment/v1/evidence");
        assertThat(commands.stream().filter(command -> command.startsWith("systemctl")))
                .hasSize(1);
    }

    @Test
    @DisplayName("a server that cannot judge yet is asked again every two seconds")
    void busy() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));
        server.busy.set(3);

        String console = run(1, Optional::empty);

        assertThat(console).contains("not yet: the control plane starts").doesNotContain("REFUSED");
        assertThat(pauses.stream().filter(Duration.ofSeconds(2)::equals)).hasSize(3);
    }

    @Test
    @DisplayName(
            "a server that is not there is asked again after 1 s, 2 s, 4 s, and then every five: it may be back soon")
    void notThere() throws Exception {
        List<Long> tries = new ArrayList<>();
        String console;
        try (Socket silent = new Socket()) { // nobody listens at its port, and nobody else gets it
            silent.bind(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0));
            drive(Optional.of(FakeEnrolment.TOKEN), URI.create("https://127.0.0.1:" + silent.getLocalPort()));
            console = runFor(Duration.ofSeconds(42), Optional::empty, now -> tries.add(now.toSeconds()));
        }
        assertThat(tries).containsExactly(1L, 3L, 7L, 12L, 17L, 22L, 27L, 32L, 37L, 42L);
        assertThat(console).contains("trying again in 5 s").doesNotContain("joined");
        assertThat(server.requests).isEmpty();
    }

    @Test
    @DisplayName("a round that is out of turn is followed by a new challenge, two seconds later")
    void outOfTurn() throws Exception {
        drive(Optional.empty());
        server.outOfTurn.set(1);
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            run(1, () -> Optional.of(swtpm.connect()));
        }
        assertThat(server.requests.subList(0, 4))
                .containsExactly(
                        "/enrolment/v1/challenge", "/enrolment/v1/evidence",
                        "/enrolment/v1/challenge", "/enrolment/v1/evidence");
        assertThat(pauses.getFirst()).isEqualTo(Duration.ofSeconds(2));
    }

    @Test
    @DisplayName("a join token whose reply was lost is shown again with the same key, and renewals have new ones")
    void lostReply() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));
        server.lostReplies.set(2);

        String console = run(1, Optional::empty);

        assertThat(console).contains("enrolment failed, trying again in 1 s", "trying again in 2 s", "joined as");
        assertThat(server.evidence.stream()
                        .map(body -> body.members().get("kubeletKey"))
                        .distinct())
                .hasSize(1);
        assertThat(root.resolve("run/sigillo/token-key.pem")).doesNotExist();
    }

    @Test
    @DisplayName("a join token whose reply was lost is shown with the same key also by a restarted agent")
    void lostReplyThenRestart() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));
        server.lostReplies.set(1);
        assertThatThrownBy(() -> new Agent(
                                root,
                                (patience, input, command) -> "",
                                Optional::empty,
                                Clock.systemUTC(),
                                () -> 0,
                                time -> {
                                    throw new InterruptedException("killed");
                                })
                        .run())
                .isInstanceOf(InterruptedException.class);

        run(1, Optional::empty);

        assertThat(server.evidence.stream()
                        .map(body -> body.members().get("kubeletKey"))
                        .distinct())
                .hasSize(1);
    }

    @Test
    @DisplayName(
            "PCR 15 is extended once a boot with the drive's text; a restarted agent finds it so and extends no more")
    void driveIsMeasured() throws Exception {
        drive(Optional.empty());
        Bytes text = ConfigDrive.read(root.resolve("dev/disk/by-id/virtio-sigillo-config"));
        Digest once = Digest.zero(HashAlgorithm.SHA256).extend(Digest.of(HashAlgorithm.SHA256, text));
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            for (int start = 0; start < 2; start++) {
                try (Tpm tpm = swtpm.connect()) { // which serves one client at a time
                    run(1, () -> Optional.of(tpm));
                }
                assertThat(server.evidence.getLast().object("pcrs").text("15")).isEqualTo(once.hex());
            }
        }
    }

    @Test
    @DisplayName("a TPM that the firmware announces and the kernel gave up is said, and nothing else is enrolled by")
    void kernelWithoutTpm() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));
        Files.createDirectories(root.resolve("sys/firmware/acpi/tables"));
        Files.writeString(root.resolve("sys/firmware/acpi/tables/TPM2"), "");
        long[] seconds = {0};
        Agent agent = new Agent(
                root,
                (patience, input, command) -> "",
                Optional::empty,
                Clock.systemUTC(),
                () -> seconds[0]++ * 1_000_000_000L,
                time -> {});
        assertThatThrownBy(agent::run).isInstanceOf(IOException.class).hasMessageContaining("without its TPM");
        assertThat(server.requests).isEmpty();
    }

    @Test
    @DisplayName("a drive that is another one than at the boot is not used: no server hears of it")
    void driveExchanged() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN)); // also with a token: whether there is a TPM is not the drive's to say
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            try (Tpm tpm = swtpm.connect()) {
                DriveMeasurement.measure(tpm, Bytes.utf8("the drive of this boot"));
            }
            Agent agent = new Agent(
                    root,
                    (patience, input, command) -> "",
                    () -> Optional.of(swtpm.connect()),
                    Clock.systemUTC(),
                    () -> 0,
                    time -> {});
            assertThatThrownBy(agent::run).isInstanceOf(IOException.class).hasMessageContaining("PCR 15 holds");
        }
        assertThat(server.requests).isEmpty();
    }

    @Test
    @DisplayName(
            "a listed archive is imported only if its SHA-256 is the one listed, and pinned against garbage collection")
    void archives() throws Exception {
        drive(Optional.of(FakeEnrolment.TOKEN));
        run(1, Optional::empty);

        assertThat(commands.stream().filter(command -> command.startsWith("ctr")))
                .containsExactly(
                        "ctr -n k8s.io images import --local " + root.resolve("var/lib/sigillo/app.tar")
                                + "an OCI archive",
                        "ctr -n k8s.io images label registry.local/app:1 io.cri-containerd.pinned=pinned");
        assertThat(server.requests.stream().filter(path -> path.contains("archives")))
                .as("the forged one is fetched again, in vain")
                .hasSizeGreaterThan(2);
        assertThat(root.resolve("var/lib/sigillo")).isEmptyDirectory();
    }

    @Test
    @DisplayName("a server whose certificate is another authority's, or for another address, is not spoken to")
    void strangers() throws Exception {
        try (FakeEnrolment other = new FakeEnrolment();
                FakeEnrolment elsewhere = new FakeEnrolment(List.of(new AlternativeName.Ip("10.0.0.1")))) {
            for (var pair : List.of(
                    List.of(other.address().toString(), server.authority.pem()),
                    List.of(elsewhere.address().toString(), elsewhere.authority.pem()))) {
                var tls = Tls.trusting(pair.get(1), Optional.empty());
                try (HttpsClient client = new HttpsClient(
                        java.net.URI.create(pair.getFirst()), tls, Duration.ofSeconds(10), Optional.empty())) {
                    assertThatThrownBy(() -> client.post("/enrolment/v1/token", Json.Obj.empty()))
                            .isInstanceOf(javax.net.ssl.SSLException.class);
                }
            }
            assertThat(other.requests).isEmpty();
            assertThat(elsewhere.requests).isEmpty();
        }
    }

    @Test
    @DisplayName("an endorsement key that is not persistent is made anew, and it is the same one")
    void transientEk() throws Exception {
        try (LiveSwtpm swtpm = LiveSwtpm.manufacture(EK_CERTIFICATE)) {
            Bytes kept;
            Bytes ak;
            try (Vtpm vtpm = Vtpm.open(swtpm.connect())) {
                kept = vtpm.ekPublic();
                ak = vtpm.akPublic();
            }
            try (Tpm tpm = swtpm.connect()) {
                tpm.evictControl(Tpm.EK_HANDLE, Tpm.EK_HANDLE);
            }
            try (Vtpm vtpm = Vtpm.open(swtpm.connect())) {
                assertThat(vtpm.ekPublic()).isEqualTo(kept);
                assertThat(vtpm.akPublic()).isEqualTo(ak);
            }
        }
    }
}
