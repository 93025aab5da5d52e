package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.server.ArmHarness.Reply;
import dev.sigillo.store.CommandRecord;
import dev.sigillo.store.CommandState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@DisplayName("runCommand")
class RunCommandsTest {
    @SuppressWarnings("NullAway.Init")
    private ArmHarness arm;

    @BeforeEach
    void starts(@TempDir Path folder) {
        arm = new ArmHarness(folder);
        arm.put(ArmHarness.S + "/resourcegroups/rg", "{\"location\":\"eastus\"}");
        cluster("shop", 1);
    }

    @AfterEach
    void stops() {
        arm.close();
    }

    private void cluster(String name, int count) {
        Reply made = arm.put(arm.mc(name), """
                {"location":"eastus","properties":{"agentPoolProfiles":[
                  {"name":"np","mode":"System","count":%d,"vmSize":"Standard_D2s_v5"}]}}""".formatted(count));
        assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
    }

    private Reply send(String command, String context) {
        return arm.post(
                arm.mc("shop") + "/runCommand",
                Json.text(Json.newObject().put("command", command).put("context", context)));
    }

    /** As az does it: MIME base64, and nothing for no files. */
    private static String zip(String... namesAndContents) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int at = 0; at < namesAndContents.length; at += 2) {
                zip.putNextEntry(new ZipEntry(namesAndContents[at]));
                zip.write(namesAndContents[at + 1].getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return Base64.getMimeEncoder(76, new byte[] {'\n'}).encodeToString(out.toByteArray()) + "\n";
    }

    private static String location(Reply reply) {
        return reply.raw().headers().firstValue("Location").orElse("");
    }

    @Test
    @DisplayName("is durable before the reply, whose Location says Running with 202 and the result with 200")
    void runs() {
        Reply sent = send("kubectl apply -f a/b.yaml", zip("a/b.yaml", "one", "./c", "two"));
        assertThat(sent.status()).as(sent.json().toString()).isEqualTo(202);
        assertThat(location(sent))
                .matches("https://localhost:.*/managedClusters/shop/commandResults/\\w{32}\\?api-version=.*");
        CommandRecord row = arm.store.commands().left().getFirst();
        JsonNode content = Json.object(row.content());
        assertThat(content.path("command").asString()).isEqualTo("kubectl apply -f a/b.yaml");
        assertThat(content.path("files").path("a/b.yaml").asString()).isEqualTo("b25l");
        assertThat(content.path("files").path("c").asString()).isEqualTo("dHdv");

        Reply running = arm.get(location(sent));
        assertThat(running.status()).isEqualTo(202);
        assertThat(running.json().path("properties").path("provisioningState").asString())
                .isEqualTo("Running");
        assertThat(location(running)).isEqualTo(location(sent));
        Instant start = Instant.parse("2026-11-24T00:00:00Z");
        arm.store
                .commands()
                .end(
                        row.id(),
                        new CommandRecord.End("", Optional.of(3), "hello\n", Optional.of(start), Optional.of(start)));
        Reply ended = arm.get(location(sent));
        assertThat(ended.status()).isEqualTo(200);
        assertThat(ended.json()).isEqualTo(Json.object("""
                {"id":"%s","properties":{"provisioningState":"Succeeded","exitCode":3,"startedAt":"2026-11-24T00:00:00Z",
                "finishedAt":"2026-11-24T00:00:00Z","logs":"hello\\n"}}""".formatted(row.id())));
        assertThat(arm.store
                        .commands()
                        .find(row.clusterId(), row.id())
                        .orElseThrow()
                        .state())
                .isEqualTo(CommandState.SUCCEEDED);
    }

    @Test
    @DisplayName("says why a command failed; a result is found in its own cluster alone")
    void failed() {
        Reply sent = send("true", "");
        String id = sent.json().path("id").asString();
        arm.store.commands().end(id, CommandRecord.End.failed("no place"));
        JsonNode properties = arm.get(location(sent)).json().path("properties");
        assertThat(properties.path("provisioningState").asString()).isEqualTo("Failed");
        assertThat(properties.path("reason").asString()).isEqualTo("no place");
        cluster("other", 1);
        assertThat(arm.get(arm.mc("other") + "/commandResults/" + id).status()).isEqualTo(404);
        assertThat(arm.get(arm.mc("shop") + "/commandResults/nothing").code()).isEqualTo("NotFound");
    }

    @Test
    @DisplayName("refuses a context that is no zip, leads out of its folder, names a file twice or is too much")
    void hostile() {
        for (String context : List.of(
                "%%%",
                "eA==",
                zip("../a", "x"),
                zip("a/../../b", "x"),
                zip("/etc/passwd", "x"),
                zip("a\\b", "x"),
                zip("..data/x", "x"),
                zip("a\nb", "x"),
                zip("a", "x", "./a", "y"),
                zip("a", "x", "a/b", "y"),
                zip("a".repeat(600), "x"),
                zip("a", "x".repeat(CommandFiles.MOST_BYTES + 1)),
                zip("a", "x").substring(0, 60))) {
            Reply refused = send("true", context);
            assertThat(refused.status()).as(context).isEqualTo(400);
            assertThat(refused.message()).as(context).contains("context");
        }
        assertThat(send("true", zip("a", "x".repeat(CommandFiles.MOST_BYTES))).status())
                .isEqualTo(202);
        for (String body : List.of(
                "{}",
                "{\"command\":\" \"}",
                "{\"command\":1}",
                "{\"command\":\"x\",\"context\":[]}",
                "{\"command\":\"x\\u0000y\"}",
                "{\"command\":\"x\",\"clusterToken\":\"t\"}",
                "{\"command\":\"" + "x".repeat(70_000) + "\"}")) {
            assertThat(arm.post(arm.mc("shop") + "/runCommand", body).status())
                    .as(body.substring(0, Math.min(40, body.length())))
                    .isEqualTo(400);
        }
    }

    @Test
    @DisplayName("is refused by a stopped cluster, by one without a Ready node, and beyond eight at once")
    void unable() {
        for (int n = 0; n < 8; n++) {
            assertThat(send("true", "").status()).isEqualTo(202);
        }
        assertThat(send("true", "").message()).contains("8 commands run");
        arm.store.commands().left().forEach(each -> arm.store.commands().end(each.id(), CommandRecord.End.failed("x")));
        assertThat(send("true", "").status()).isEqualTo(202);
        arm.post(arm.mc("shop") + "/stop");
        Reply stopped = send("true", "");
        assertThat(stopped.status()).isEqualTo(409);
        assertThat(stopped.message()).contains("Stopped", "az aks start");
        arm.reconciler.sleep(true);
        arm.post(arm.mc("shop") + "/start");
        assertThat(send("true", "").message()).contains("no node that is Ready");
    }
}
