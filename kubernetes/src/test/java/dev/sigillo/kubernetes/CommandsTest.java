package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** At the real API server; the test says of the pod what a kubelet would. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
@DisplayName("The pod of a command")
class CommandsTest {
    private static final String SCRIPT = "echo $(date) $$ '${x}'\nkubectl get pods";

    private final TestPlane test;

    CommandsTest(TestPlane test) {
        this.test = test;
    }

    private void pod(String id, String status) {
        String[] patch = {
            "patch",
            "pod",
            "command-" + id,
            "-n",
            "aks-command",
            "--subresource=status",
            "--type=merge",
            "-p",
            "{\"status\":" + status + "}"
        };
        assertThat(test.admin().says(patch)).startsWith("0 ");
    }

    private String read(String what, String id, String path) {
        return test.admin().says("get", what, "command-" + id, "-n", "aks-command", "-o", "jsonpath={" + path + "}");
    }

    @Test
    @DisplayName("is made once, with all rights for this command alone, and takes script and files as they are")
    void sends() {
        ClusterCommand command = new ClusterCommand(SCRIPT, Map.of("a/b.yaml", "b25l", "c", "dHdv"));
        assertThat(test.cluster().command("a1")).isEqualTo(new CommandPod.Absent());
        test.cluster().send("a1", command);
        String uid = read("pod", "a1", ".metadata.uid");
        test.cluster().send("a1", command);
        assertThat(read("pod", "a1", ".metadata.uid")).isEqualTo(uid);
        assertThat(read("secret", "a1", ".data.file-0")).isEqualTo("0 b25l");
        assertThat(read("pod", "a1", ".spec.volumes[0].secret.items[*].path"))
                .isEqualTo("0 command files/a/b.yaml files/c");
        assertThat(test.user()
                        .says(
                                "get",
                                "secret",
                                "command-a1",
                                "-n",
                                "aks-command",
                                "-o",
                                "go-template={{.data.command | base64decode}}"))
                .isEqualTo("0 " + SCRIPT);
        String may = test.admin().says("auth", "can-i", "*", "*", "--as=system:serviceaccount:aks-command:command-a1");
        assertThat(may).contains("yes");
        test.cluster().removeCommand("a1");
        test.cluster().removeCommand("a1");
        assertThat(test.cluster().command("a1")).isEqualTo(new CommandPod.Absent());
        for (String what : new String[] {"secrets", "serviceaccounts", "clusterrolebindings"}) {
            assertThat(test.admin()
                            .says("get", what, "-n", "aks-command", "-l", "sigillo.dev/command=a1", "-o", "name"))
                    .isEqualTo("0 ");
        }
    }

    @Test
    @DisplayName("waits with the scheduler's words, runs, and ends with exit code and times, or is cut with a reason")
    void ends() throws Exception {
        test.cluster().send("b2", new ClusterCommand("true", Map.of()));
        CommandPod seen = test.cluster().command("b2");
        for (int tries = 0; tries < 100 && seen.equals(new CommandPod.Waiting("")); tries++) {
            Thread.sleep(200);
            seen = test.cluster().command("b2");
        }
        assertThat(seen).isInstanceOf(CommandPod.Waiting.class);
        assertThat(((CommandPod.Waiting) seen).why()).contains("nodes");
        pod("b2", """
                {"phase":"Running","containerStatuses":[{"name":"command","image":"x","imageID":"x","ready":true,
                 "restartCount":0,"state":{"running":{"startedAt":"2026-11-24T00:00:00Z"}}}]}""");
        assertThat(test.cluster().command("b2")).isEqualTo(new CommandPod.Running());
        pod("b2", """
                {"phase":"Failed","containerStatuses":[{"name":"command","image":"x","imageID":"x","ready":false,
                 "restartCount":0,"state":{"running":null,"terminated":{"exitCode":7,"startedAt":"2026-11-24T00:00:00Z",
                 "finishedAt":"2026-11-24T00:00:09Z"}}}]}""");
        Instant start = Instant.parse("2026-11-24T00:00:00Z");
        assertThat(test.cluster().command("b2"))
                .isEqualTo(new CommandPod.Ended(
                        "", Optional.of(7), Optional.of(start), Optional.of(start.plusSeconds(9))));
        pod("b2", "{\"reason\":\"DeadlineExceeded\",\"message\":\"too long\"}");
        assertThat(((CommandPod.Ended) test.cluster().command("b2")).cut()).isEqualTo("DeadlineExceeded: too long");
        test.cluster().removeCommand("b2");
    }
}
