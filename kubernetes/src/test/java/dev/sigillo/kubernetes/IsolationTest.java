package dev.sigillo.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.process.ChildId;
import dev.sigillo.process.Command;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a component that was broken out of could see of the others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(TestPlane.Shared.class)
@Tag("boots")
class IsolationTest {

    private final TestPlane test;

    IsolationTest(TestPlane test) {
        this.test = test;
    }

    @Test
    @DisplayName(
            "Every process runs as a user of its own without capabilities, and keys are readable by root and it alone")
    void unprivileged() throws Exception {
        Set<Object> users = new HashSet<>();
        for (Component component : Component.values()) {
            Path process = process(component);
            String status = Files.readString(process.resolve("status"));
            assertThat(status).containsPattern("CapEff:\\s+0000000000000000").containsPattern("NoNewPrivs:\\s+1");
            int user = ComponentUser.id(test.spec.namespace(), component);
            assertThat(status)
                    .containsPattern("Uid:\\s+" + user + "\\s+" + user)
                    .containsPattern("Gid:\\s+" + user);
            assertThat(status).containsPattern("Groups:\\s*\\n");
            users.add(user);
        }
        assertThat(users).hasSize(5);
        assertThat(mode("keys/cluster-ca")).isEqualTo("rwx------");
        assertThat(mode("keys/sigillo.key")).isEqualTo("rw-------");
        assertThat(mode("kube-controller-manager/ca.key")).isEqualTo("rw-r-----");
        assertThat(mode("etcd/data")).isEqualTo("rwx------");
        assertThat(test.spec.dir().resolve("kube-apiserver/audit/audit.log")).isNotEmptyFile();
    }

    @Test
    @DisplayName("No component reads another's keys, memory or environment by /proc, nor sends it a signal")
    void noOtherKeys() {
        String secret = "/root" + Sandbox.OWN + "/ca.key";
        assertThat(as(Component.CONTROLLER_MANAGER, "test", "-r", process(Component.CONTROLLER_MANAGER) + secret))
                .as("its own key, so that the test would see it")
                .isZero();
        for (Component thief : List.of(Component.ETCD, Component.API_SERVER, Component.SCHEDULER)) {
            String victim = process(Component.CONTROLLER_MANAGER).toString();
            assertThat(as(thief, "test", "-r", victim + secret))
                    .as(thief.program())
                    .isNotZero();
            assertThat(as(thief, "cat", victim + "/environ"))
                    .as(thief.program())
                    .isNotZero();
            assertThat(as(thief, "head", "-c", "1", victim + "/mem"))
                    .as(thief.program())
                    .isNotZero();
            assertThat(as(thief, "kill", "-0", victim.substring("/proc/".length())))
                    .as(thief.program())
                    .isNotZero();
        }
    }

    private int as(Component component, String... command) {
        String user = Integer.toString(ComponentUser.id(test.spec.namespace(), component));
        List<String> line = new ArrayList<>(
                List.of("setpriv", "--reuid=" + user, "--regid=" + user, "--clear-groups", "--inh-caps=-all", "--"));
        line.addAll(List.of(command));
        return Command.attempt(Duration.ofSeconds(10), line, new byte[0]).exit();
    }

    private Path process(Component component) {
        ChildId child = test.process(component);
        return Path.of("/proc", Long.toString(child.pid()));
    }

    private String mode(String file) throws Exception {
        return PosixFilePermissions.toString(
                Files.getPosixFilePermissions(test.spec.dir().resolve(file)));
    }
}
