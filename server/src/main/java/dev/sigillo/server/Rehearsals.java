package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.Json;
import dev.sigillo.attest.Check;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.Premise;
import dev.sigillo.attest.Rehearsal;
import dev.sigillo.attest.Rehearsed;
import dev.sigillo.attest.RehearsedNode;
import dev.sigillo.enrolment.KeptEvidence;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.image.NodeImage;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code POST managedClusters/{name}/rehearse}, ours: judges the kept evidence of every attested node as if a dbx update,
 * an SBAT level, another node image or a policy were in force. Changes nothing; evidence does not leave the server.
 *
 * <p>One at a time, since it takes a core; whoever comes meanwhile waits a little, then is told to come again.
 */
final class Rehearsals {
    private static final int PATIENCE_SECONDS = 20;
    /** Findings of a node; a policy asks no more questions than there are checks. */
    private static final int MOST_FINDINGS = 64;

    private final Store store;
    private final Scope scope;
    private final Function<String, Optional<NodeImage>> images;
    private final Clock clock;
    private final KeptEvidence kept;
    private final Semaphore turn = new Semaphore(1, true);

    Rehearsals(Store store, Scope scope, Function<String, Optional<NodeImage>> images, Clock clock) {
        this.store = store;
        this.scope = scope;
        this.images = images;
        this.clock = clock;
        this.kept = new KeptEvidence(store);
    }

    void register(Routes routes) {
        routes.add("POST", Clusters.PATH + "/rehearse", this::rehearse);
    }

    private ArmReply rehearse(ArmRequest request) {
        ClusterRecord cluster = scope.cluster(store, request);
        Premise premise = new PremiseBody(images).read(request.json());
        try {
            if (!turn.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw ArmError.TOO_MANY_REQUESTS.because(
                        "Another rehearsal runs, and they run one at a time. Try again when it has ended.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw ArmError.TOO_MANY_REQUESTS.because("The server is about to end. Try again later.");
        }
        try {
            return ArmReply.ok(judged(cluster, premise));
        } finally {
            turn.release();
        }
    }

    private ObjectNode judged(ClusterRecord cluster, Premise premise) {
        Rehearsal rehearsal = new Rehearsal(premise, clock.instant());
        ImageFiles files = new ImageFiles(images);
        ObjectNode body = Json.newObject();
        ArrayNode nodes = body.putArray("nodes");
        int unattested = 0;
        for (MachineRecord machine : store.machines().listOfCluster(cluster.id())) {
            if (machine.isLetIn() && machine.vtpm()) {
                nodes.add(node(machine, premise, rehearsal, files));
            } else if (machine.isLetIn()) {
                unattested++;
            }
        }
        return body.put("unattested", unattested);
    }

    private ObjectNode node(MachineRecord machine, Premise premise, Rehearsal rehearsal, ImageFiles files) {
        ObjectNode node = Json.newObject();
        node.put("name", machine.nodeName())
                .put("pool", machine.pool())
                .put("nodeImageVersion", machine.imageVersion());
        Rehearsed rehearsed = switch (kept.of(machine)) {
            case KeptEvidence.Whole whole -> {
                node.put("evidenceAt", whole.at().toString());
                yield rehearsal.judge(new RehearsedNode(
                        whole.evidence(),
                        whole.ak(),
                        whole.manifest(),
                        whole.firmware(),
                        files.of(machine.imageVersion())));
            }
            case KeptEvidence.Lacking lacking ->
                Rehearsed.unknown(Check.QUOTE_STRUCTURE, "evidence", lacking.missing());
        };
        node.put("outcome", word(rehearsed.outcome()));
        ArrayNode findings = node.putArray("findings");
        rehearsed.findings().stream().limit(MOST_FINDINGS).forEach(finding -> findings.add(view(finding, premise)));
        return node;
    }

    private static ObjectNode view(Finding finding, Premise premise) {
        return Json.object(VerdictJson.write(finding)).put("remediation", Remediation.of(premise, finding));
    }

    private static String word(Rehearsed.Outcome outcome) {
        return switch (outcome) {
            case STAYS_TRUSTED -> "staysTrusted";
            case WOULD_GO_UNTRUSTED -> "wouldGoUntrusted";
            case CANNOT_BE_KNOWN -> "cannotBeKnown";
        };
    }
}
