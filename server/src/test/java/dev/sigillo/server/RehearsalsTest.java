package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.Role;
import dev.sigillo.attest.Components;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.image.NodeImage;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.VerdictRecord;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

@DisplayName("POST …/managedClusters/{name}/rehearse")
class RehearsalsTest {
    private static final String CLUSTER = """
            {"location":"eastus","properties":{"agentPoolProfiles":[
              {"name":"np","count":2,"mode":"System","vmSize":"Standard_D2s_v5",
               "securityProfile":{"enableVTPM":true,"enableSecureBoot":true}}]}}""";
    private static final Bytes FIRMWARE = Bytes.utf8("OVMF_CODE.fd");
    private static final String DIGEST =
            Digest.of(HashAlgorithm.SHA256, FIRMWARE).hex();

    @TempDir
    private Path folder = Path.of("");

    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    private final Forger forger = new Forger(true);

    @BeforeEach
    void start() {
        arm = new ArmHarness(folder);
        arm.put(ArmHarness.S + "/resourceGroups/rg", "{\"location\":\"eastus\"}");
        assertThat(arm.put(arm.mc("one"), CLUSTER).status()).isEqualTo(201);
        machines().forEach(machine -> passed(machine, forger));
    }

    @AfterEach
    void stop() {
        arm.close();
    }

    private List<MachineRecord> machines() {
        return arm.store.machines().listOfCluster(arm.mc("one"));
    }

    /** As enrolment leaves a machine behind that proved its boot. */
    private void passed(MachineRecord machine, Forger booted) {
        String reference = arm.store
                .references()
                .put(ManifestJson.write(Forger.image(true)).utf8());
        arm.store
                .machines()
                .starting(
                        machine.machineId(),
                        new MachineRecord.Given(Forger.DRIVE.hex(), DIGEST, Optional.of(reference), ""));
        String evidence =
                arm.store.evidence().put(EvidenceJson.write(booted.evidence()).getBytes(StandardCharsets.UTF_8));
        arm.store
                .verdicts()
                .add(new VerdictRecord(machine.machineId(), Instant.EPOCH, true, "{}", Optional.of(evidence)));
        arm.store
                .enrolledKeys()
                .enrol(
                        machine.machineId(),
                        "ek of " + machine.machineId(),
                        booted.ak().encoded().base64(),
                        "ak of " + machine.machineId());
    }

    private Reply rehearse(String body) {
        return arm.post(arm.mc("one") + "/rehearse", body);
    }

    private static String dbx(String text) {
        return "{\"dbx\":{\"name\":\"dbxupdate.bin\",\"content\":\""
                + Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)) + "\"}}";
    }

    private static String digest(String component) {
        return Forger.image(true).pcr(4).orElseThrow().events().stream()
                .filter(event -> event.component().equals(component))
                .findFirst()
                .orElseThrow()
                .digest()
                .hex();
    }

    private static List<String> outcomes(Reply reply) {
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(200);
        return reply.json()
                .path("nodes")
                .valueStream()
                .map(node -> node.path("outcome").asString(""))
                .toList();
    }

    @Test
    @DisplayName("a dbx with the hash of GRUB names every node with GRUB, expected, was and what to do")
    void hashOfGrub() {
        Reply reply = rehearse(dbx(digest(Components.GRUB)));
        assertThat(outcomes(reply)).containsExactly("wouldGoUntrusted", "wouldGoUntrusted");
        JsonNode node = reply.json().path("nodes").path(0);
        assertThat(node.path("name").asString()).isEqualTo(machines().getFirst().nodeName());
        assertThat(node.path("pool").asString()).isEqualTo("np");
        JsonNode finding = node.path("findings").path(0);
        assertThat(finding.path("component").asString()).isEqualTo("GRUB");
        assertThat(finding.path("expected").asString()).contains("dbxupdate.bin");
        assertThat(finding.path("was").asString()).contains(digest(Components.GRUB));
        assertThat(finding.path("remediation").asString()).contains("newer GRUB", "az aks nodepool upgrade");
    }

    @Test
    @DisplayName(
            "a dbx without it leaves all trusted, and nothing of the rehearsal stays but its line in the audit log")
    void otherHash() {
        assertThat(outcomes(rehearse(dbx("ab".repeat(32))))).containsExactly("staysTrusted", "staysTrusted");
        assertThat(machines()).allMatch(MachineRecord::isLetIn);
        assertThat(arm.store.verdicts().list(machines().getFirst().machineId())).hasSize(1);
        assertThat(arm.get(ArmHarness.S + "/providers/Sigillo.Host/auditEvents")
                        .raw()
                        .body())
                .contains("managedClusters/rehearse/action");
    }

    @Test
    @DisplayName("an SBAT level cannot be known for an image whose files are gone from the host")
    void sbatWithoutFiles() {
        Reply reply = rehearse("{\"sbatLevel\":\"grub,6\"}");
        assertThat(outcomes(reply)).containsExactly("cannotBeKnown", "cannotBeKnown");
        assertThat(reply.raw().body()).contains("no longer on this host");
    }

    @Test
    @DisplayName(
            "a node image is compared with its manifest: the very same leaves all trusted, another names the kernel")
    void image() throws IOException {
        Path files = Files.createDirectory(folder.resolve("image"));
        Files.write(files.resolve("OVMF_CODE.fd"), FIRMWARE.toByteArray());
        Forger other = new Forger(true);
        other.change("kernel /vmlinuz");
        Map<String, ReferenceManifest> known = Map.of(
                "same", Forger.image(true),
                "newer",
                        Forger.manifest(
                                true,
                                other.events,
                                Forger.image(true).commandLine(),
                                Forger.image(true).drivers()));
        arm.imageFiles = version -> Optional.ofNullable(known.get(version))
                .map(manifest -> new NodeImage(version, "1.35.4", files, "6.12", "c0".repeat(32), manifest, manifest));
        assertThat(outcomes(rehearse("{\"nodeImageVersion\":\"same\"}"))).containsOnly("staysTrusted");
        Reply reply = rehearse("{\"nodeImageVersion\":\"newer\"}");
        assertThat(outcomes(reply)).containsOnly("wouldGoUntrusted");
        assertThat(reply.json().path("nodes").path(0).path("findings").valueStream())
                .extracting(finding -> finding.path("component").asString(""))
                .contains("kernel /vmlinuz");
        Files.writeString(files.resolve("OVMF_CODE.fd"), "newer OVMF");
        assertThat(rehearse("{\"nodeImageVersion\":\"same\"}").raw().body()).contains("the firmware's file");
    }

    @Test
    @DisplayName("a policy that asks for more names its check; one that the nodes hold leaves them trusted")
    void policy() {
        String policy = "format: sigillo-policy-1\nname: p\nquote: {pcrs: 0-9}\nsecureBoot: {state: on}\n";
        assertThat(outcomes(rehearse(asked(policy)))).containsOnly("staysTrusted");
        Reply stricter = rehearse(asked(policy + "commandLine: {required: [lockdown=confidentiality]}\n"));
        assertThat(outcomes(stricter)).containsOnly("wouldGoUntrusted");
        assertThat(stricter.json()
                        .path("nodes")
                        .path(1)
                        .path("findings")
                        .path(0)
                        .path("check")
                        .asString())
                .isEqualTo("boot.command-line");
    }

    private static String asked(String policy) {
        return Json.text(Json.newObject().set("policy", Json.newObject().put("text", policy)));
    }

    @Test
    @DisplayName("a node whose evidence is not kept cannot be known; one without a vTPM is only counted")
    void notAttested() {
        String pool = arm.mc("one") + "/agentPools/plain";
        assertThat(arm.put(pool, "{\"properties\":{\"count\":1,\"mode\":\"User\"}}")
                        .status())
                .isEqualTo(201);
        assertThat(arm.put(arm.mc("two"), CLUSTER).status()).isEqualTo(201);
        Reply one = rehearse(dbx("ab".repeat(32)));
        assertThat(outcomes(one)).containsOnly("staysTrusted");
        assertThat(one.json().path("unattested").asInt()).isEqualTo(1);
        Reply two = arm.post(arm.mc("two") + "/rehearse", dbx("ab".repeat(32)));
        assertThat(outcomes(two)).containsOnly("cannotBeKnown");
        assertThat(two.json()
                        .path("nodes")
                        .path(0)
                        .path("findings")
                        .path(0)
                        .path("component")
                        .asString())
                .isEqualTo("evidence");
    }

    @Test
    @DisplayName("the latest evidence that passed counts, whatever a later verdict says")
    void latestPassing() {
        MachineRecord machine = machines().getFirst();
        arm.store.verdicts().add(new VerdictRecord(machine.machineId(), Instant.now(), false, "{}", Optional.empty()));
        assertThat(outcomes(rehearse(dbx(digest(Components.SHIM))))).containsOnly("wouldGoUntrusted");
    }

    @Test
    @DisplayName("it is an action: Reader does not grant it, Contributor does")
    void roles() {
        String dev = "dddddddd-0000-4000-8000-000000000001";
        arm.store.principals().put(dev, "dev", SecretHash.of("secret of dev"));
        String token = arm.login("/adfs/oauth2/token", dev, "secret of dev", "")
                .json()
                .path("access_token")
                .asString("");
        assertThat(assignedAs(Role.READER, dev, token)).isEqualTo(403);
        assertThat(assignedAs(Role.CONTRIBUTOR, dev, token)).isEqualTo(200);
    }

    private int assignedAs(Role role, String principal, String token) {
        Reply assigned = arm.put(
                arm.mc("one") + "/providers/Microsoft.Authorization/roleAssignments/" + UUID.randomUUID(),
                "{\"properties\":{\"principalId\":\"" + principal + "\",\"roleDefinitionId\":\"" + ArmHarness.S
                        + "/providers/Microsoft.Authorization/roleDefinitions/" + role.id() + "\"}}");
        assertThat(assigned.status()).as(assigned.raw().body()).isEqualTo(201);
        return arm.exchange(
                        "POST",
                        arm.mc("one") + "/rehearse?api-version=2026-06-01",
                        "{\"sbatLevel\":\"grub,6\"}",
                        Map.of("Authorization", "Bearer " + token))
                .status();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{\"dbx\":{\"content\":\"\"}}",
                "{\"dbx\":{\"content\":\"%%%\"}}",
                "{\"dbx\":{\"content\":\"QUJD\"}}",
                "{\"dbx\":{}}",
                "{\"dbx\":[]}",
                "{\"dbx\":{\"content\":\"QUJD\",\"more\":1}}",
                "{\"sbatLevel\":\"grub\"}",
                "{\"sbatLevel\":5}",
                "{\"sbatLevel\":\"grub,6\",\"nodeImageVersion\":\"x\"}",
                "{\"nodeImageVersion\":\"none\"}",
                "{\"policy\":{\"text\":\"format: other\"}}",
                "{\"policy\":{\"text\":\"format: sigillo-policy-1\\nquote: {pcrs: 0-7}\\nsecureBoot: {db: [file:x.der]}\"}}",
                "{\"else\":1}"
            })
    @DisplayName("what cannot be used is a bad request that says what would be right")
    void unusable(String body) {
        Reply reply = rehearse(body);
        assertThat(reply.status()).as(reply.raw().body()).isEqualTo(400);
        assertThat(reply.code()).isEqualTo("InvalidParameter");
    }
}
