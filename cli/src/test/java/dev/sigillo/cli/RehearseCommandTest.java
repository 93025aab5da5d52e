package dev.sigillo.cli;

import static dev.sigillo.cli.FakeArm.CLUSTERS;
import static dev.sigillo.cli.FakeArm.GROUPS;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("sigillo rehearse")
class RehearseCommandTest extends AgainstArm {
    private static final String CLUSTER = GROUPS + "/demo" + CLUSTERS + "/demo";
    private static final String STAYS = """
            {'name': 'node-1', 'pool': 'np', 'nodeImageVersion': 'img', 'outcome': 'staysTrusted', 'findings': []}""";
    private static final String GOES = """
            {'name': 'node-2', 'pool': 'np', 'nodeImageVersion': 'img', 'outcome': 'wouldGoUntrusted', 'findings': [
             {'check': 'boot.revoked', 'rule': '30', 'outcome': 'broken', 'component': 'GRUB 2.12', 'expected': 'another',
              'was': 'revoked', 'where': 'event 40, PCR 4', 'remediation': 'build a newer one'}]}""";
    private static final String UNKNOWN = """
            {'name': 'node-3', 'pool': 'np', 'nodeImageVersion': 'img', 'outcome': 'cannotBeKnown', 'findings': [
             {'check': 'sbat.level', 'rule': '30', 'outcome': 'undecided', 'component': 'GRUB', 'missing': 'its file',
              'remediation': 'replace it'}]}""";

    @BeforeEach
    void start() {
        arm.on(
                "GET",
                "/subscriptions/" + FakeArm.SUBSCRIPTION + CLUSTERS,
                200,
                "{'value': [{'id': '" + CLUSTER + "', 'name': 'demo'}]}");
    }

    private void answers(String... nodes) {
        arm.on("POST", CLUSTER + "/rehearse", 200, "{'unattested': 1, 'nodes': [" + String.join(",", nodes) + "]}");
    }

    private int run(String... arguments) {
        return run(false, arguments);
    }

    @Test
    @DisplayName("exits 0 when every node would stay trusted, and sends the level as it was typed")
    void nobody() {
        answers(STAYS);
        assertThat(run("rehearse", "--sbat", "2025021800", "--output", "table")).isEqualTo(ExitCode.DONE);
        assertThat(text(out)).contains("node-1", "stays trusted");
        assertThat(text(err)).contains("0 of 1 attested nodes would go untrusted", "1 more have no vTPM");
        assertThat(arm.requests()).last().isEqualTo("POST " + CLUSTER + "/rehearse {\"sbatLevel\":\"2025021800\"}");
    }

    @Test
    @DisplayName("exits 1 when one would go untrusted, and names node, pool, cluster, component and what to do")
    void somebody() throws IOException {
        answers(STAYS, GOES);
        Path dbx = Files.writeString(home.resolve("dbx.txt"), "ab".repeat(32));
        assertThat(run("rehearse", "--dbx", dbx.toString(), "--output", "table"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(text(out).lines().filter(line -> line.startsWith("node-2")))
                .singleElement()
                .asString()
                .contains("np", "demo", "would go untrusted", "GRUB 2.12", "another", "revoked", "build a newer one");
        assertThat(arm.requests()).last().asString().contains("\"name\":\"dbx.txt\"", "\"content\":\"");
    }

    @Test
    @DisplayName("exits 1 when it cannot be known; JSON has the cluster of each node")
    void unknown() {
        answers(UNKNOWN);
        assertThat(run("rehearse", "--sbat", "grub,6", "-c", "demo", "--output", "json"))
                .isEqualTo(ExitCode.FAILED);
        assertThat(text(out))
                .contains("\"outcome\" : \"cannotBeKnown\"", "\"cluster\" : \"demo\"", "\"unattested\" : 1");
    }

    @Test
    @DisplayName("sends a policy with the files that it names")
    void policy() throws IOException {
        answers(STAYS);
        Files.writeString(home.resolve("p.yaml"), "format: sigillo-policy-1\nquote: {pcrs: 0-7}\n");
        assertThat(run("rehearse", "--policy", home.resolve("p.yaml").toString()))
                .isEqualTo(ExitCode.DONE);
        assertThat(arm.requests()).last().asString().contains("format: sigillo-policy-1");
        assertThat(run("rehearse", "--policy", "debian")).isEqualTo(ExitCode.DONE);
        assertThat(arm.requests()).last().asString().contains("name: debian");
    }

    @Test
    @DisplayName("exits 2, before anything is asked, for what cannot be used")
    void unusable() throws IOException {
        Path junk = Files.writeString(home.resolve("junk"), "no dbx");
        assertThat(run("rehearse", "--dbx", junk.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(run("rehearse", "--dbx", home.resolve("absent").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(run("rehearse", "--sbat", "2025021801")).isEqualTo(ExitCode.USAGE);
        assertThat(run("rehearse", "--policy", junk.toString())).isEqualTo(ExitCode.USAGE);
        assertThat(run("rehearse")).isEqualTo(ExitCode.USAGE);
        assertThat(run("rehearse", "--sbat", "grub,6", "--image", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(arm.requests()).noneMatch(request -> request.startsWith("POST"));
    }

    @Test
    @DisplayName("exits 2 where only the server can tell that it cannot be used, such as an image that is not there")
    void refused() {
        arm.on(
                "POST",
                CLUSTER + "/rehearse",
                400,
                "{'error': {'code': 'InvalidParameter', 'message': 'There is no node image x on this host.'}}");
        assertThat(run("rehearse", "--image", "x")).isEqualTo(ExitCode.USAGE);
        assertThat(text(err)).contains("There is no node image x");
    }
}
