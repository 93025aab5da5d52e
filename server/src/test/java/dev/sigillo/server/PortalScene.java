package dev.sigillo.server;

import dev.sigillo.attest.Check;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.VerdictRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Verdicts and evidence in the store, made up, but with event logs that nodes of ours have written. */
final class PortalScene {
    private static final Path LOGS = Path.of("..", "attest", "src", "test", "resources", "evidence");

    private final ArmHarness arm;

    PortalScene(ArmHarness arm) {
        this.arm = arm;
    }

    /** Those of the cluster's pool, by name. */
    List<MachineRecord> machines(String cluster, String pool) {
        return arm.store.machines().listOfPool(arm.mc(cluster), pool);
    }

    /** Every check held, but for those that {@code broken} names. */
    static Verdict verdict(String machine, Instant at, Finding... broken) {
        List<Finding> findings = new ArrayList<>();
        for (Check check : Check.ofNode()) {
            Finding finding = new Finding.Held(check, check.component());
            for (Finding each : broken) {
                finding = each.check() == check ? each : finding;
            }
            findings.add(finding);
        }
        return new Verdict(machine, at, findings);
    }

    /** @param log folder of an event log of attest's tests; empty for a verdict without evidence */
    void judge(MachineRecord machine, String log, Instant at, Finding... broken) {
        Verdict verdict = verdict(machine.nodeName(), at, broken);
        arm.store
                .verdicts()
                .add(new VerdictRecord(
                        machine.machineId(),
                        at,
                        verdict.passing(),
                        VerdictJson.write(verdict),
                        log.isEmpty() ? Optional.empty() : Optional.of(evidence(log))));
    }

    private String evidence(String log) {
        try {
            Evidence evidence = new Evidence(
                    Bytes.utf8("quote"),
                    Bytes.utf8("signature"),
                    new TreeMap<>(),
                    Bytes.of(Files.readAllBytes(LOGS.resolve(log).resolve("event-log.bin"))),
                    Bytes.utf8("list"));
            return arm.store.evidence().put(EvidenceJson.write(evidence).getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
