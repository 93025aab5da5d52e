package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.eventlog.EventType;
import dev.sigillo.evidence.EvidenceFormats;
import dev.sigillo.evidence.MachineEvidenceJson;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.evidence.ManifestSetJson;
import dev.sigillo.pe.PeImage;
import dev.sigillo.testkit.Vectors;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("sigillo evidence verify, policy and token, without a server")
class EvidenceCommandTest {
    private static final String AT = "2026-11-25T12:00:00Z";

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @TempDir
    private static Path folder = Path.of("");

    private static String evidence = "";
    private static String learned = "";
    private static String nonce = "";

    @BeforeAll
    static void learn() throws IOException {
        Forger forger = new Forger(true);
        evidence = write("evidence.json", of(forger));
        nonce = Digest.of(HashAlgorithm.SHA256, forger.nonce, forger.boundKey).hex();
        learned = folder.resolve("golden.yaml").toString();
        assertThat(new EvidenceCommandTest().run(false, "policy", "learn", evidence, "--out", learned))
                .isZero();
    }

    private static String of(Forger forger) {
        MachineEvidence evidence =
                EvidenceFormats.ofNode(forger.evidence()).withAk(EvidenceKey.of(forger.ak(), List.of()));
        return MachineEvidenceJson.write(evidence);
    }

    private static String write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private int run(boolean terminal, String... words) {
        out.reset();
        err.reset();
        return Main.run(
                Map.of(),
                new Console(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        terminal,
                        false,
                        false),
                words);
    }

    private JsonNode json() {
        return Json.MAPPER.readTree(out.toString(StandardCharsets.UTF_8));
    }

    private String told() {
        return err.toString(StandardCharsets.UTF_8);
    }

    private List<String> failed() {
        return StreamSupport.stream(json().path("findings").spliterator(), false)
                .filter(finding -> !finding.path("outcome").asString().equals("held"))
                .map(finding -> finding.path("check").asString())
                .toList();
    }

    @Test
    @DisplayName("A learned policy accepts its boot with exit code 0, and refuses a changed initrd with 1, named")
    void verdicts() throws IOException {
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned))
                .isZero();
        assertThat(json().path("passing").asBoolean()).isTrue();
        assertThat(json().path("format").asString()).isEqualTo("sigillo-evidence-2");
        assertThat(json().path("policy").asString()).isEqualTo("learned");
        assertThat(json().path("facts").path("secureBoot").asBoolean()).isTrue();
        assertThat(json().path("facts").path("kernelCommandLine").asString()).startsWith("/vmlinuz ");

        Forger other = new Forger(true);
        other.change("initrd");
        String changed = write("changed.json", of(other));
        assertThat(run(false, "evidence", "verify", changed, "--policy", learned))
                .isEqualTo(ExitCode.FAILED);
        assertThat(json().path("passing").asBoolean()).isFalse();
        assertThat(failed()).containsExactly("pcr.9");
        assertThat(run(true, "evidence", "verify", changed, "--policy", learned))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("1 of ", "broken", "pcr.9", "initrd");
    }

    @Test
    @DisplayName("What nobody asked stands beside the verdict, in JSON and table")
    void notAsked() {
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned))
                .isZero();
        assertThat(json().path("notAsked").toString()).contains("freshness: no nonce", "whose TPM it is: ");
        assertThat(run(true, "evidence", "verify", evidence, "--policy", learned, "--nonce", nonce))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("not asked: whose TPM it is: ")
                .doesNotContain("freshness: ");
    }

    @Test
    @DisplayName("sigillo-node without --reference: each finding names the option, and says once that it is missing")
    void noReference() {
        assertThat(run(true, "evidence", "verify", evidence, "--policy", "sigillo-node", "--nonce", nonce))
                .isEqualTo(ExitCode.FAILED);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("missing: a reference manifest to compare with: --reference")
                .doesNotContain("evidence that shows it", "undecided, missing");
    }

    @Test
    @DisplayName("--images: the file of a booted image gives its SBAT and its name; without it each null has a reason")
    void images() throws Exception {
        Path boot = Path.of("/usr/lib/systemd/boot/efi");
        Path file = boot.resolve("systemd-bootx64.efi");
        Assumptions.assumeTrue(Files.isRegularFile(file), () -> "skipped: no " + file + "; ./test installs it");
        Forger forger = new Forger(true);
        Digest digest = PeImage.parse(Bytes.of(Files.readAllBytes(file))).authenticodePadded(HashAlgorithm.SHA256);
        int at = forger.find(forger.events.stream()
                .filter(event -> event.pcr() == 4 && event.type() == EventType.EV_EFI_BOOT_SERVICES_APPLICATION)
                .findFirst()
                .orElseThrow()
                .component());
        forger.events.set(at, forger.events.get(at).withDigest(digest));
        String booted = write("booted.json", of(forger));
        String policy = Files.writeString(folder.resolve("images.yaml"), """
            format: sigillo-policy-1
            quote: {pcrs: 0-9, unexplained: 10-15, nonce: optional}
            ak: {attributes: any}
            """).toString();

        assertThat(run(false, "evidence", "verify", booted, "--policy", policy)).isZero();
        JsonNode without = json().path("facts").path("bootImages").path(0);
        assertThat(without.path("sbat").isNull()).isTrue();
        assertThat(without.path("reasons").path("sbat").asString()).contains("its file was not given");

        String there = boot.toString();
        assertThat(run(false, "evidence", "verify", booted, "--policy", policy, "--images", there))
                .isZero();
        JsonNode with = json().path("facts").path("bootImages").path(0);
        assertThat(with.path("file").asString()).isEqualTo(file.toString());
        assertThat(with.path("sbat").toString()).contains("systemd");
        assertThat(with.path("reasons").has("sbat")).isFalse();
        assertThat(run(true, "evidence", "verify", booted, "--policy", policy, "--images", there))
                .isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("booted: ", file.toString());
        assertThat(run(false, "evidence", "verify", booted, "--policy", policy, "--images", file.toString()))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisplayName("A named pipe, an endless device or a folder in a file's place is refused at once, with what to do")
    void noFile() throws Exception {
        Path pipe = folder.resolve("pipe");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        for (String place : List.of(pipe.toString(), folder.toString(), "/dev/zero")) {
            for (String[] words : List.of(
                    new String[] {"evidence", "verify", place, "--policy", learned},
                    new String[] {"evidence", "verify", evidence, "--policy", place},
                    new String[] {"evidence", "verify", evidence, "--policy", learned, "--ak", place},
                    new String[] {"policy", "check", place},
                    new String[] {"eventlog", "show", place},
                    new String[] {"ima", "show", place},
                    new String[] {"pe", "show", place},
                    new String[] {"pe", "verify", place, "--db", folder.toString()},
                    new String[] {"uki", "predict", place})) {
                int code = assertTimeoutPreemptively(Duration.ofSeconds(20), () -> run(false, words));
                assertThat(code).as(String.join(" ", words)).isEqualTo(ExitCode.USAGE);
                assertThat(err.toString(StandardCharsets.UTF_8))
                        .contains(place)
                        .containsAnyOf(
                                "is a folder; name a file in it", "pass it as /dev/stdin", "is a device, and no file");
            }
        }
        String there = pipe.toString();
        String root = folder.toString();
        for (String[] words : List.of(
                new String[] {"secureboot", "check", there},
                new String[] {"secureboot", "check", root, "--db", there},
                new String[] {"secureboot", "check", root, "--console", there})) {
            assertThat(assertTimeoutPreemptively(Duration.ofSeconds(20), () -> run(false, words)))
                    .as(String.join(" ", words))
                    .isEqualTo(ExitCode.USAGE);
            assertThat(err.toString(StandardCharsets.UTF_8)).contains("named pipe");
        }
    }

    @Test
    @DisplayName("A machine that is no node has a quote nonce and a TPM clock; its PCR 15 is the operating system's")
    void words() throws IOException {
        Forger other = new Forger(true);
        other.agent.clear();
        String changed = write("other.json", of(other));
        assertThat(run(false, "evidence", "verify", changed, "--policy", learned, "--nonce", "00ff"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(failed()).contains("quote.nonce", "pcr.15");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("\"TPM clock\"", "operating system")
                .doesNotContain("kubelet", "config drive", "vTPM");
    }

    @Test
    @DisplayName("--nonce: the quote's own holds, another breaks")
    void nonce() {
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned, "--nonce", nonce))
                .isZero();
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned, "--nonce", "00ff"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(failed()).containsExactly("quote.nonce");
    }

    @Test
    @DisplayName("--reference: every event is held against the manifest; another image's names what differs")
    void reference() throws IOException {
        Path manifest = folder.resolve("manifest.json");
        Files.write(manifest, ManifestJson.write(Forger.image(true)).toByteArray());
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned, "--reference", manifest.toString()))
                .isEqualTo(ExitCode.FAILED);
        // A manifest of an image does not know the machine's own config drive; nothing else differs.
        assertThat(failed()).containsExactly("pcr.15");

        Files.write(manifest, ManifestJson.write(Forger.image(false)).toByteArray());
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned, "--reference", manifest.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(failed()).contains("pcr.7", "pcr.15");

        ReferenceManifest less = Forger.image(true);
        less = new ReferenceManifest(
                less.image(),
                true,
                true,
                less.pcrs(),
                less.drivers().subList(1, less.drivers().size()),
                less.commandLine());
        Files.write(manifest, ManifestJson.write(less).toByteArray());
        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned, "--reference", manifest.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(failed()).containsExactlyInAnyOrder("drivers", "pcr.15");
    }

    @Test
    @DisplayName("--reference: of several states the one that the machine is in counts, wherever it stands in the file")
    void states() throws IOException {
        ReferenceStates states = new ReferenceStates(List.of(
                new ReferenceStates.State("old keys", Forger.image(false)),
                new ReferenceStates.State("new keys", Forger.image(true))));
        Path file = folder.resolve("manifests.json");
        Files.write(file, ManifestSetJson.write(states).toByteArray());

        assertThat(run(false, "evidence", "verify", evidence, "--policy", learned, "--reference", file.toString()))
                .isEqualTo(ExitCode.FAILED);
        assertThat(failed()).containsExactly("pcr.15");
    }

    @Test
    @DisplayName("policy check: 0 without problems, 1 with all of them and their lines, 2 without a file")
    void check() throws IOException {
        assertThat(run(false, "policy", "check", learned)).isZero();
        assertThat(json().path("valid").asBoolean()).isTrue();
        String bad = write("bad.yaml", "format: sigillo-policy-1\nquot:\n  pcrs: 0-9\nlog: maybe\n");
        assertThat(run(false, "policy", "check", bad)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("problems").size()).isEqualTo(3);
        assertThat(json().path("problems").get(1).path("line").asInt()).isEqualTo(2);
        assertThat(run(false, "policy", "check", folder.resolve("none.yaml").toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(run(false, "evidence", "verify", evidence, "--policy", bad)).isEqualTo(ExitCode.USAGE);
        assertThat(told()).contains("3 problems", "line 2", "did you mean quote?", "line 4");
    }

    @ParameterizedTest
    @ValueSource(strings = {"any-linux", "azure-trusted-launch", "debian", "gce-shielded", "sigillo-node", "ubuntu"})
    @DisplayName("policy explain: each check of a profile, what it asks and what it stops")
    void explain(String profile) {
        assertThat(run(true, "policy", "explain", profile)).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains(profile + ": ", "quote.signature", "by hand");
        assertThat(run(false, "policy", "explain", profile)).isZero();
        assertThat(json().path("checks").size()).isGreaterThan(10);
    }

    @Test
    @DisplayName("What cannot be used ends with 2 and one sentence, never a stack trace")
    void unusable() throws IOException {
        String rubbish = write("rubbish", "no evidence");
        for (String[] words : new String[][] {
            {"evidence", "verify", rubbish, "--policy", learned},
            {"evidence", "verify", folder.resolve("absent").toString(), "--policy", learned},
            {"evidence", "verify", evidence, "--policy", "windows"},
            {"evidence", "verify", evidence},
            {"evidence", "verify", evidence, "--policy", learned, "--nonce", "xyz"},
            {"evidence", "verify", evidence, "--policy", learned, "--at", "yesterday"},
            {"evidence", "verify", evidence, "--policy", learned, "--reference", rubbish},
            {"evidence", "verify", evidence, "--policy", learned, "--token-out", "x"},
            {"evidence", "verify", evidence, "--policy", learned, "--log", evidence},
            {"policy", "learn", rubbish},
            {"policy", "explain", "nobody"},
            {"token", "verify", rubbish, "--key", rubbish}
        }) {
            assertThat(run(false, words)).as(String.join(" ", words)).isEqualTo(ExitCode.USAGE);
            assertThat(told()).isNotBlank().doesNotContain("\tat ");
        }
    }

    private static KeyPair pair(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (algorithm.equals("EC")) {
            generator.initialize(new ECGenParameterSpec("secp256r1"));
        } else if (algorithm.equals("RSA")) {
            generator.initialize(2048);
        }
        return generator.generateKeyPair();
    }

    private static String pem(String name, String label, byte[] der) throws IOException {
        return write(
                name,
                "-----BEGIN " + label + "-----\n" + Base64.getMimeEncoder().encodeToString(der) + "\n-----END " + label
                        + "-----\n");
    }

    private int issue(String key, String token, String file) {
        return run(
                false,
                "evidence",
                "verify",
                file,
                "--policy",
                learned,
                "--nonce",
                nonce,
                "--at",
                AT,
                "--token-out",
                token,
                "--signing-key",
                key);
    }

    private int verify(String token, String key, String... more) {
        List<String> words = new java.util.ArrayList<>(List.of("token", "verify", token, "--key", key));
        words.addAll(List.of(more));
        return run(false, words.toArray(new String[0]));
    }

    @ParameterizedTest
    @ValueSource(strings = {"EC", "Ed25519", "RSA"})
    @DisplayName("A token of each kind of key: it counts with its key, nonce and time, and with no other")
    void tokens(String algorithm) throws Exception {
        KeyPair pair = pair(algorithm);
        String key = pem("key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
        String spki = pem("spki.pem", "PUBLIC KEY", pair.getPublic().getEncoded());
        String token = folder.resolve(algorithm + ".jwt").toString();
        assertThat(issue(key, token, evidence)).isZero();

        assertThat(verify(token, spki, "--nonce", nonce, "--at", "2026-11-25T12:30:00Z"))
                .isZero();
        JsonNode claims = json().path("claims");
        assertThat(claims.path("secureboot").asBoolean()).isTrue();
        assertThat(claims.path("eat_nonce").asString())
                .isEqualTo(Base64.getUrlEncoder()
                        .withoutPadding()
                        .encodeToString(Bytes.fromHex(nonce).toByteArray()));
        assertThat(claims.path("x-ms-attestation-type").asString()).isEqualTo("tpm");
        assertThat(claims.path("x-ms-azurevm-dbxvalidated").asBoolean()).isTrue();
        assertThat(claims.path("x-ms-azurevm-attested-pcrs").size()).isEqualTo(16);
        assertThat(claims.has("x-ms-azurevm-osdistro")).isFalse();
        assertThat(claims.path("x-ms-runtime").path("keys").size()).isEqualTo(1);

        String other =
                pem("other.pem", "PUBLIC KEY", pair(algorithm).getPublic().getEncoded());
        String foreign = pem(
                "foreign.pem",
                "PUBLIC KEY",
                pair(algorithm.equals("RSA") ? "EC" : "RSA").getPublic().getEncoded());
        assertThat(verify(token, other, "--at", AT)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("not by the given key");
        assertThat(json().has("claims")).isFalse();
        assertThat(verify(token, foreign, "--at", AT)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("alg is ");
        assertThat(verify(token, spki, "--nonce", "00", "--at", AT)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("eat_nonce");
        assertThat(verify(token, spki, "--at", "2026-11-25T13:00:00Z")).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("expired");
        assertThat(verify(token, spki, "--at", "2026-11-25T11:59:59Z")).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("counts from");
        assertThat(verify(token, key, "--at", AT)).isEqualTo(ExitCode.USAGE);
    }

    private static String base64url(String text) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    @DisplayName("alg none, a public key as an HMAC secret, critical headers and changed claims are refused")
    void confusion() throws Exception {
        KeyPair pair = pair("RSA");
        String key = pem("key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
        String spki = pem("spki.pem", "PUBLIC KEY", pair.getPublic().getEncoded());
        String token = folder.resolve("token.jwt").toString();
        assertThat(issue(key, token, evidence)).isZero();
        String[] parts = Files.readString(Path.of(token)).strip().split("\\.");

        String none = write("none.jwt", base64url("{\"alg\":\"none\"}") + "." + parts[1] + ".");
        assertThat(verify(none, spki, "--at", AT)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("alg is none");

        String header = base64url("{\"alg\":\"HS256\"}");
        javax.crypto.Mac mac = javax.crypto.Mac.getInstance("HmacSHA256");
        mac.init(new javax.crypto.spec.SecretKeySpec(Files.readAllBytes(Path.of(spki)), "HmacSHA256"));
        String forged = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(mac.doFinal((header + "." + parts[1]).getBytes(StandardCharsets.US_ASCII)));
        String hmac = write("hmac.jwt", header + "." + parts[1] + "." + forged);
        assertThat(verify(hmac, spki, "--at", AT)).isEqualTo(ExitCode.FAILED);
        assertThat(json().path("reason").asString()).contains("alg is HS256");

        ObjectNode claims =
                (ObjectNode) Json.MAPPER.readTree(Base64.getUrlDecoder().decode(parts[1]));
        claims.put("exp", 9_999_999_999L);
        String changed = write("changed.jwt", parts[0] + "." + base64url(claims.toString()) + "." + parts[2]);
        assertThat(verify(changed, spki, "--at", AT)).isEqualTo(ExitCode.FAILED);

        String critical = write(
                "critical.jwt",
                base64url("{\"alg\":\"RS256\",\"crit\":[\"b64\"],\"b64\":false}") + "." + parts[1] + "." + parts[2]);
        assertThat(verify(critical, spki, "--at", AT)).isIn(ExitCode.FAILED, ExitCode.USAGE);
        String half = write("half.jwt", parts[0] + "." + parts[1]);
        assertThat(verify(half, spki, "--at", AT)).isEqualTo(ExitCode.USAGE);
    }

    @Test
    @DisplayName("A JWK set checks a token; a verdict that does not pass has none")
    void keySet() throws Exception {
        KeyPair pair = pair("Ed25519");
        String key = pem("key.pem", "PRIVATE KEY", pair.getPrivate().getEncoded());
        byte[] encoded = pair.getPublic().getEncoded();
        String x = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(java.util.Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        String set = write("jwks.json", "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"x\":\"" + x + "\"}]}");
        String token = folder.resolve("token.jwt").toString();
        assertThat(issue(key, token, evidence)).isZero();
        assertThat(verify(token, set, "--at", AT)).isZero();

        Forger off = new Forger(false);
        String refused = folder.resolve("refused.jwt").toString();
        assertThat(issue(key, refused, write("off.json", of(off)))).isEqualTo(ExitCode.FAILED);
        assertThat(Path.of(refused)).doesNotExist();
        assertThat(told()).contains("No token");
    }

    @Test
    @DisplayName("Google's attestation by gce-shielded: nonce and PCR 10 are what is wrong")
    void google() {
        Path file = Vectors.folder().resolve("quotes/gce-cos-85-no-nonce.pb");
        Path issuer = Vectors.folder().resolve("certificates/tpm_ek_intermediate_2.crt");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        assertThat(run(
                        false,
                        "evidence",
                        "verify",
                        file.toString(),
                        "--policy",
                        "gce-shielded",
                        "--certificates",
                        issuer.toString(),
                        "--at",
                        AT))
                .isEqualTo(ExitCode.FAILED);
        assertThat(failed()).containsExactly("quote.nonce", "log.replay");
        assertThat(json().path("format").asString()).contains("go-tpm-tools");
    }

    @Test
    @DisplayName("Azure's quote with its key beside it: signature and nonce hold, the boot is undecided without a log")
    void azure() {
        Path file = Vectors.folder().resolve("quotes/quote.bin");
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        String challenge = Bytes.utf8("challenge").hex();
        String key = Vectors.folder().resolve("quotes/akpub.pem").toString();
        String[] words = {
            "evidence", "verify", file.toString(), "--policy", "azure-trusted-launch", "--ak", key, "--nonce", challenge
        };
        assertThat(run(false, words)).isEqualTo(ExitCode.FAILED);
        assertThat(failed())
                .contains("log.form", "secure-boot.state", "ak.attributes", "ak.certificate")
                .doesNotContain("quote.signature", "quote.nonce", "quote.digest", "quote.selection");
        JsonNode facts = json().path("facts");
        for (String fact : List.of("secureBoot", "dbxEntries", "kernelCommandLine", "exitBootServices", "sbatLevel")) {
            assertThat(facts.has(fact) && facts.path(fact).isNull()).as(fact).isTrue();
        }
        assertThat(facts.path("reasons").path("secureBoot").asString()).contains("no event log");
        words[words.length - 1] = "01020304";
        assertThat(run(false, words)).isEqualTo(ExitCode.FAILED);
        assertThat(failed()).contains("quote.nonce");
    }
}
