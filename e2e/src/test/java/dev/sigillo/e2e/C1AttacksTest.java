package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

@Order(3)
@Tag("long")
@DisplayName("A machine that was tampered with from outside is refused, and the component is named")
class C1AttacksTest {
    private final Installation sigillo = Installation.shared();

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    @ParameterizedTest(name = "{0}: the operation's error names {1}")
    @Order(1)
    @CsvSource({
        "command-line, (?i)kernel command line",
        "initrd, (?i)initrd",
        "kubelet, (?i)root file system",
        "secure-boot-off, (?i)Secure Boot variable",
        "kernel, (?i)(bad shim signature|Security Violation)"
    })
    void refused(String fault, String names) {
        String pool = "f" + fault.replace("-", "").substring(0, 5);
        sigillo.faults().next(fault);
        Instant began = Instant.now();
        Shell.Output added = sigillo.az(
                "aks",
                "nodepool",
                "add",
                "-n",
                pool,
                "-g",
                "rg1",
                "--cluster-name",
                "c1",
                "--node-count",
                "1",
                "--enable-vtpm",
                "--enable-secure-boot");
        Timings.say("refused: " + fault, began);
        assertThat(sigillo.faults().log()).contains("tampered: " + fault);
        assertThat(added.code()).as(added.toString()).isEqualTo(1);
        assertThat(added.err()).containsPattern(names);
        assertThat(sigillo.kubectl("get", "nodes", "-l", "agentpool=" + pool, "-o", "name")
                        .ok()
                        .strip())
                .isEmpty();
        ObjectNode shown = sigillo.azJson("aks", "nodepool", "show", "-n", pool, "-g", "rg1", "--cluster-name", "c1");
        assertThat(shown.path("provisioningState").asString()).isEqualTo("Failed");
        if (!fault.equals("kernel")) {
            String machine = machineOf(pool);
            Shell.Output verdict = sigillo.sigillo("attest", "show", machine, "--output", "json");
            assertThat(verdict.toString()).containsPattern(names);
        }
        sigillo.az("aks", "nodepool", "delete", "-n", pool, "-g", "rg1", "--cluster-name", "c1")
                .ok();
    }

    private String machineOf(String pool) {
        String out = sigillo.az(
                        "aks",
                        "machine",
                        "list",
                        "--nodepool-name",
                        pool,
                        "-g",
                        "rg1",
                        "--cluster-name",
                        "c1",
                        "--query",
                        "[0].name",
                        "-o",
                        "tsv")
                .ok();
        return out.strip();
    }

    @Test
    @Order(2)
    @DisplayName("nothing that was refused ever held a certificate")
    void noCertificates() {
        List<String> signed = sigillo.kubectl(
                        "get", "csr", "-o", "jsonpath={range .items[*]}{.metadata.name}{\"\\n\"}{end}")
                .ok()
                .lines()
                .toList();
        assertThat(signed)
                .noneMatch(name -> name.contains("-f") && name.matches(".*aks-f(comma|initr|kubel|secur|kerne)-.*"));
    }
}
