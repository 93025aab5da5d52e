package dev.sigillo.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code sigillo principal} against an API that answers what each test lays down. */
class PrincipalCommandTest extends AgainstArm {
    private static final String LIST =
            "/subscriptions/" + FakeArm.SUBSCRIPTION + "/providers/Sigillo.Identity/principals";

    @BeforeEach
    void start() {
        arm.on(
                        "GET",
                        LIST,
                        200,
                        "{'value': [{'name': 'id-1', 'properties': {'displayName': 'anna', 'principalType': 'User'}}]}")
                .on(
                        "PUT",
                        LIST + "/*",
                        201,
                        "{'name': 'id-2', 'properties': {'displayName': 'made', 'clientSecret': 'the secret'}}");
    }

    private int run(String... arguments) {
        return run(false, arguments);
    }

    private String put() {
        return arm.requests().stream()
                .filter(each -> each.startsWith("PUT"))
                .findFirst()
                .orElse("");
    }

    private Path file(String name, String text) throws IOException {
        return Files.writeString(home.resolve(name), text);
    }

    @Test
    @DisplayName("create --user: the password comes from a file, and neither output nor a request but the one has it")
    void user() throws IOException {
        Path password = file("password", "a long password\n");
        assertThat(run("principal", "create", "bert", "--user", "--password-file", password.toString()))
                .isZero();
        assertThat(put())
                .contains("\"principalType\":\"User\"")
                .contains("\"displayName\":\"bert\"")
                .contains("\"password\":\"a long password\"");
        assertThat(text(out)).doesNotContain("a long password");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "two\nlines\n"})
    @DisplayName("create --user: a file without a password, or with more than a line, makes nobody")
    void noPassword(String text) throws IOException {
        assertThat(run(
                        "principal",
                        "create",
                        "bert",
                        "--user",
                        "--password-file",
                        file("p", text).toString()))
                .isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("does not hold a password");
        assertThat(put()).isEmpty();
    }

    @Test
    @DisplayName("create --issuer --subject: an external principal has both")
    void external() {
        assertThat(run("principal", "create", "build", "--issuer", "https://issuer.example", "--subject", "repo:x"))
                .isZero();
        assertThat(put())
                .contains("\"principalType\":\"External\"")
                .contains("\"issuer\":\"https://issuer.example\"")
                .contains("\"subject\":\"repo:x\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "create",
                "create x --issuer https://y",
                "create x --subject y",
                "create x --user --issuer https://y --subject z",
                "create x --file f",
                "create x --password-file f"
            })
    @DisplayName("create: what does not go together is told, and nothing is asked of the server")
    void usage(String line) {
        assertThat(run(("principal " + line).split(" ", -1))).isEqualTo(ExitCode.USAGE);
        assertThat(arm.requests()).isEmpty();
    }

    @Test
    @DisplayName("create --file: makes who is not there, and writes the secrets to a private file alone")
    void list() throws IOException {
        Path wanted = file(
                "principals.json",
                "{\"principals\": [{\"name\": \"Anna\", \"type\": \"User\"}, {\"name\": \"ci\", \"type\": \"ServicePrincipal\"}]}");
        Path secrets = home.resolve("secrets.json");
        assertThat(run("principal", "create", "--file", wanted.toString(), "--secret-file", secrets.toString()))
                .isZero();
        assertThat(arm.requests()).filteredOn(each -> each.startsWith("PUT")).hasSize(1);
        assertThat(put()).contains("\"displayName\":\"ci\"").contains("\"principalType\":\"ServicePrincipal\"");
        assertThat(Files.readString(secrets)).startsWith("[{").contains("\"clientSecret\":\"the secret\"");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secrets)))
                .isEqualTo("rw-------");
        assertThat(text(out)).contains("id-2").doesNotContain("the secret");
    }

    @Test
    @DisplayName("create --file: a second run makes nobody and leaves no file of secrets")
    void listTwice() throws IOException {
        Path wanted = file("principals.json", "{\"principals\": [{\"name\": \"anna\", \"type\": \"User\"}]}");
        Path secrets = home.resolve("secrets.json");
        assertThat(run("principal", "create", "--file", wanted.toString(), "--secret-file", secrets.toString()))
                .isZero();
        assertThat(put()).isEmpty();
        assertThat(secrets).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"principals\": [{\"name\": \"a\", \"type\": \"User\", \"password\": \"p\"}]} | unknown key \"password\"",
                "{\"principals\": [{\"name\": \"a\", \"type\": \"user\"}]} | must be one of ServicePrincipal, User, External",
                "{\"principals\": [{\"type\": \"User\"}]} | name is missing",
                "{\"principals\": [{\"name\": \"a\", \"type\": \"External\"}]} | issuer is missing",
                "{\"principals\": [{\"name\": \"a\", \"type\": \"User\"}, {\"name\": \"A\", \"type\": \"User\"}]} | is there twice",
                "{\"people\": []} | unknown key \"people\"",
                "[] | is not JSON",
                "{ | is not JSON"
            })
    @DisplayName("create --file: a file that is not as it must be makes nobody")
    void badList(String text, String why) throws IOException {
        Path wanted = file("principals.json", text);
        assertThat(run("principal", "create", "--file", wanted.toString(), "--secret-file", home + "/s.json"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains(why);
        assertThat(put()).isEmpty();
    }

    @Test
    @DisplayName("set-password: by name or id, from a file")
    void setPassword() throws IOException {
        arm.on("PUT", LIST + "/id-1/password/default", 204, "");
        Path password = file("password", "a long password");
        assertThat(run("principal", "set-password", "ANNA", "--password-file", password.toString()))
                .isZero();
        assertThat(put()).startsWith("PUT " + LIST + "/id-1/password/default").contains("a long password");
        assertThat(run("principal", "set-password", "nobody", "--password-file", password.toString()))
                .isEqualTo(ExitCode.NOT_FOUND);
    }
}
