package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.server.ArmHarness.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Requests in the form that az and the Java SDK give them ({@code resources/az}), and all of what must come back. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class AzRequestsTest {
    private static final String GROUP = "rg";
    private static final String CLUSTER = "shop";
    private static final String ONE_NODE = """
            {"location":"eastus","properties":{"dnsPrefix":"shop-rg-222222",
             "linuxProfile":{"adminUsername":"azureuser","ssh":{"publicKeys":[{"keyData":"ssh-rsa AAAAB3Nz test"}]}},
             "agentPoolProfiles":[{"name":"nodepool1","count":1,"mode":"System",
              "securityProfile":{"enableVTPM":true,"enableSecureBoot":true}}]}}""";

    private final ArmHarness arm;

    AzRequestsTest(ArmHarness arm) {
        this.arm = arm;
    }

    @TestFactory
    @DisplayName("each command's requests are answered as the file says, with every field that az needs")
    Stream<DynamicTest> commands() {
        try (Stream<Path> files = Files.list(Path.of(
                Objects.requireNonNull(AzRequestsTest.class.getResource("/az")).toURI()))) {
            List<Path> requests = files.filter(file -> file.toString().endsWith(".json"))
                    .sorted()
                    .toList();
            assertThat(requests).hasSizeGreaterThanOrEqualTo(10);
            return requests.stream().map(file -> {
                JsonNode command = read(file);
                return DynamicTest.dynamicTest(
                        file.getFileName() + ": " + command.path("what").asString(), () -> run(command));
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private void run(JsonNode command) {
        arm.reconciler.sleep(false);
        arm.delete(ArmHarness.S + "/resourceGroups/" + GROUP);
        given(command.path("given").asString());
        Map<String, String> known = new HashMap<>(Map.of("S", ArmHarness.SUBSCRIPTION, "rg", GROUP, "c", CLUSTER));
        for (JsonNode step : command.path("steps")) {
            step(step, known);
        }
    }

    private void given(String state) {
        if (!state.equals("nothing")) {
            arm.put(ArmHarness.S + "/resourceGroups/" + GROUP, "{\"location\":\"eastus\"}");
        }
        if (state.equals("cluster")) {
            Reply made = arm.put(arm.mc(CLUSTER), ONE_NODE);
            assertThat(made.status()).as(made.json().toString()).isEqualTo(201);
        }
    }

    private void step(JsonNode step, Map<String, String> known) {
        String method = step.path("method").asString();
        String path = filled(step.path("path").asString(), known);
        String body = step.has("body") ? filled(Json.text(step.path("body")), known) : "";
        // What is accepted stays in progress until its reply is looked at.
        arm.reconciler.sleep(true);
        Reply reply = arm.send(method, path + query(step, known), body);
        arm.reconciler.sleep(false);
        String what = method + " " + path + " → " + reply.status() + " " + reply.json();
        assertThat(reply.status()).as(what).isEqualTo(step.path("status").asInt());
        AzNeeds.check(path, reply);
        if (step.has("code")) {
            assertThat(reply.code()).as(what).isEqualTo(step.path("code").asString());
        }
        if (step.has("says")) {
            assertThat(reply.json().path("error").path("target").asString(""))
                    .as(what)
                    .isEqualTo(step.path("target").asString());
            assertThat(reply.message()).contains(filled(step.path("says").asString(), known));
        }
        step.path("holds")
                .properties()
                .forEach(each -> assertThat(reply.json().at(each.getKey()))
                        .as("%s in %s", each.getKey(), what)
                        .isEqualTo(
                                each.getValue().isString()
                                        ? Json.MAPPER.valueToTree(
                                                filled(each.getValue().asString(), known))
                                        : each.getValue()));
        step.path("length")
                .properties()
                .forEach(each -> assertThat(reply.json().at(each.getKey()).size())
                        .as(what)
                        .isEqualTo(each.getValue().asInt()));
        announced(step, reply, known, what);
    }

    private static void announced(JsonNode step, Reply reply, Map<String, String> known, String what) {
        if (step.has("operation")) {
            boolean announced = !reply.operation().isEmpty();
            assertThat(announced).as(what).isEqualTo(step.path("operation").asBoolean());
            known.put("operation", reply.operation());
        }
        if (step.has("location")) {
            known.put("location", reply.raw().headers().firstValue("Location").orElseThrow());
        }
        boolean goesOn = step.path("operation").asBoolean(false) || step.has("location");
        // Without it az waits half a minute between questions.
        assertThat(reply.raw().headers().firstValue("Retry-After"))
                .as(what)
                .isEqualTo(goesOn ? java.util.Optional.of("1") : java.util.Optional.empty());
    }

    private static String query(JsonNode step, Map<String, String> known) {
        StringBuilder query = new StringBuilder();
        if (!step.path("apiVersion").asString("").isEmpty()) {
            query.append("?api-version=").append(step.path("apiVersion").asString());
        }
        step.path("query")
                .properties()
                .forEach(each -> query.append('&')
                        .append(encode(each.getKey()))
                        .append('=')
                        .append(encode(filled(each.getValue().asString(), known))));
        return query.toString();
    }

    private static String filled(String text, Map<String, String> known) {
        String filled = text;
        for (Map.Entry<String, String> each : known.entrySet()) {
            filled = filled.replace("{" + each.getKey() + "}", each.getValue());
        }
        return filled;
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static JsonNode read(Path file) {
        try {
            return Json.MAPPER.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
