package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

@Order(2)
@DisplayName("People log in by the unmodified az, before any machine boots")
class A4LoginTest {
    private static final Pattern CODE = Pattern.compile("enter the code ([A-Z]{4}-[A-Z]{4})");
    private static final String PASSWORD = "correct horse battery";

    private final Installation sigillo = Installation.shared();

    @Test
    @DisplayName("az login --use-device-code and az login by a browser: afterwards az may what the user's roles say")
    void logsIn() throws Exception {
        Path user = sigillo.home().resolve("user");
        Path password = Files.writeString(user.resolve("password"), PASSWORD);
        sigillo.az("group", "create", "-n", "people", "-l", "eastus").ok();
        String id = Json.object(sigillo.sigillo(
                                "principal",
                                "create",
                                "anna",
                                "--user",
                                "--password-file",
                                password.toString(),
                                "--output",
                                "json")
                        .ok())
                .path("clientId")
                .asString();
        String subscription = sigillo.environment().getOrDefault("SIGILLO_SUBSCRIPTION", "");
        sigillo.az(
                        "role",
                        "assignment",
                        "create",
                        "--assignee",
                        id,
                        "--role",
                        "Reader",
                        "--scope",
                        "/subscriptions/" + subscription + "/resourceGroups/people")
                .ok();
        Path configuration = user.resolve("azure-anna");
        sigillo.azAs(
                        configuration,
                        "cloud",
                        "register",
                        "-n",
                        "sigillo",
                        "--endpoint-resource-manager",
                        sigillo.environment().getOrDefault("SIGILLO_ENDPOINT", ""))
                .ok();
        sigillo.azAs(configuration, "cloud", "set", "-n", "sigillo").ok();

        Person anna = new Person(sigillo.home().resolve("ca.pem"));
        Map<String, String> filled = new HashMap<>(Map.of("username", "anna", "password", PASSWORD));
        Path said = user.resolve("device.err");
        Process device = login(configuration, said, Map.of(), "login", "--use-device-code");
        filled.put("user_code", code(said));
        assertThat(anna.send(anna.open(sigillo.environment().getOrDefault("SIGILLO_ENDPOINT", "") + "/device"), filled)
                        .html())
                .contains("You are logged in as anna");
        assertThat(device.waitFor()).as(Files.readString(said)).isZero();
        maySeeTheGroupAlone(configuration);

        sigillo.azAs(configuration, "account", "clear").ok();
        Path address = user.resolve("address");
        Path browser = Files.writeString(
                user.resolve("browser"),
                "#!/bin/sh\nprintf %s \"$1\" > " + address + ".new && mv " + address + ".new " + address + "\n");
        Files.setPosixFilePermissions(browser, PosixFilePermissions.fromString("rwx------"));
        Process interactive =
                login(configuration, said, Map.of("BROWSER", browser.toString(), "DISPLAY", ":99"), "login");
        await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(address));
        filled.remove("user_code");
        anna.send(anna.send(anna.open(Files.readString(address)), filled), Map.of());
        assertThat(interactive.waitFor()).as(Files.readString(said)).isZero();
        maySeeTheGroupAlone(configuration);

        sigillo.sigillo("principal", "delete", "anna").ok();
        assertThat(sigillo.azAs(configuration, "group", "list").code()).isEqualTo(1);
        sigillo.az("group", "delete", "-n", "people", "--yes").ok();
    }

    private void maySeeTheGroupAlone(Path configuration) {
        assertThat(sigillo.azAs(configuration, "account", "show", "--query", "user.name", "-o", "tsv")
                        .ok()
                        .strip())
                .isEqualTo("anna");
        assertThat(sigillo.azAs(configuration, "group", "list", "--query", "[].name", "-o", "tsv")
                        .ok()
                        .strip())
                .isEqualTo("people");
        assertThat(sigillo.azAs(configuration, "group", "delete", "-n", "people", "--yes")
                        .err())
                .contains("The client 'anna'", "(AuthorizationFailed)");
    }

    private Process login(Path configuration, Path said, Map<String, String> more, String... words) throws IOException {
        List<String> command = new ArrayList<>(List.of(Installation.required("SIGILLO_AZ") + "/bin/az"));
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(said.toFile());
        builder.environment().putAll(sigillo.environment());
        builder.environment().put("AZURE_CONFIG_DIR", configuration.toString());
        builder.environment().putAll(more);
        return builder.start();
    }

    private static String code(Path said) {
        Matcher code = await().atMost(Duration.ofMinutes(1)).until(() -> CODE.matcher(text(said)), Matcher::find);
        return code.group(1);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
