package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import tools.jackson.databind.JsonNode;

@Order(6)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
@DisplayName("A machine that was tampered with from outside is refused, and the component is named")
class C1AttacksTest {
    /** What a person must read for each fault. */
    private static final Map<String, String> NAMES = Map.of(
            "command-line", "kernel command line: expected .+, was .+init=/bin/sh-not",
            "initrd", "initrd: expected [0-9a-f]{12}.*, was [0-9a-f]{12}",
            "kubelet", "root file system .*: expected .+, was .+",
            "secure-boot-off", "Secure Boot variable: expected on, was off",
            "config-drive", "config drive: expected .+, was .+",
            "kernel", "refused by Secure Boot: .*([Bb]ad shim signature|Security Violation)");

    private final Installation sigillo = Installation.shared();
    private final Cluster cluster = new Cluster(sigillo);

    @BeforeEach
    void cluster() {
        sigillo.ensureCluster();
    }

    private Shell.Output add(String pool) {
        return cluster.pool("add", pool, "--node-count", "1", "--enable-vtpm", "--enable-secure-boot");
    }

    /** The operation's error, the pool and the verdict name the fault; there is no node and no certificate. */
    private void refused(String pool, Shell.Output added) {
        JsonNode machine = machine(pool);
        String fault = fault(pool).orElseThrow();
        refused(pool, added, machine, fault);
    }

    private JsonNode machine(String pool) {
        return sigillo.azJson(
                        "rest",
                        "--url",
                        "/subscriptions/{subscriptionId}/resourceGroups/rg1/providers/Microsoft.ContainerService"
                                + "/managedClusters/c1/agentPools/" + pool + "/machines?api-version=2026-06-01")
                .path("value")
                .path(0);
    }

    /** An emulated machine has an accident now and then: the one that takes its place got no fault. */
    private Optional<String> fault(String pool) {
        return sigillo.faults()
                .of(machine(pool).path("properties").path("machineId").asString());
    }

    private void refused(String pool, Shell.Output added, JsonNode machine, String fault) {
        String names = NAMES.getOrDefault(fault, "no such fault: " + fault);
        assertThat(added.code()).as(fault + ": " + added).isEqualTo(1);
        assertThat(added.err()).as(fault).containsPattern(names);
        assertThat(sigillo.kubectl("get", "nodes", "-l", "agentpool=" + pool, "-o", "name")
                        .ok()
                        .strip())
                .as(fault)
                .isEmpty();
        assertThat(sigillo.kubectl("get", "csr", "-o", "name").ok())
                .as(fault)
                .doesNotContain(machine.path("name").asString());
        assertThat(cluster.pool("show", pool, "--query", "provisioningState", "-o", "tsv")
                        .ok()
                        .strip())
                .isEqualTo("Failed");
        if (!fault.equals("kernel")) {
            Shell.Output verdict =
                    sigillo.sigillo("attest", "show", machine.path("name").asString(), "--output", "table");
            assertThat(verdict.ok()).as(fault).contains(": failing: ", "broken ", names.split("[ :]", 2)[0]);
        }
        System.out.println(
                "REFUSED " + fault + ": " + added.err().lines().findFirst().orElse(""));
    }

    @Test
    @Order(1)
    @DisplayName(
            "kernel command line, initrd, kubelet in the root, Secure Boot off in the varstore, config drive: at once")
    void fiveFaults() {
        List<String> faults = List.of("command-line", "initrd", "kubelet", "secure-boot-off", "config-drive");
        List<String> pools =
                IntStream.range(0, faults.size()).mapToObj(at -> "bad" + at).toList();
        sigillo.faults().next(faults);
        Instant began = Instant.now();
        Set<String> left = new TreeSet<>(faults);
        refuseAtOnce(pools, left);
        Timings.say("five tampered machines, refused", began);
        for (int again = 0; again < 2 && !left.isEmpty(); again++) {
            System.out.println("had an accident before they were judged: " + left);
            sigillo.faults().next(List.copyOf(left));
            refuseAtOnce(pools.subList(0, left.size()), left);
        }
        assertThat(left).as("faults whose machine was never judged").isEmpty();
    }

    /** Takes the faults that were refused out of {@code left}, and deletes the pools. */
    private void refuseAtOnce(List<String> pools, Set<String> left) {
        List<Shell.Output> added = Cluster.atOnce(pools.stream()
                .<Supplier<Shell.Output>>map(pool -> () -> add(pool))
                .toList());
        for (int at = 0; at < pools.size(); at++) {
            Optional<String> fault = fault(pools.get(at));
            if (fault.isPresent()) {
                refused(pools.get(at), added.get(at));
                left.remove(fault.get());
            }
        }
        Cluster.atOnce(pools.stream()
                        .<Supplier<Shell.Output>>map(pool -> () -> cluster.pool("delete", pool))
                        .toList())
                .forEach(Shell.Output::ok);
    }

    @Test
    @Order(2)
    @DisplayName("an unsigned kernel does not boot: said within three minutes, in shim's own words")
    void unsignedKernel() {
        sigillo.faults().next(List.of("kernel"));
        Instant began = Instant.now();
        Shell.Output added = add("badk");
        Duration took = Timings.say("an unsigned kernel, refused", began);
        refused("badk", added);
        assertThat(took).isLessThan(Duration.ofMinutes(3));
        cluster.pool("delete", "badk").ok();
    }
}
