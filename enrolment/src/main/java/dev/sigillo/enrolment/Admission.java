package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What follows a passing verdict: the row says so, the cluster signs the node's certificate, the node hears how to join. */
final class Admission {
    private final Store store;
    private final ClusterAccess clusters;
    private final Terms terms;
    private final Clock clock;

    Admission(Store store, ClusterAccess clusters, Terms terms, Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.terms = terms;
        this.clock = clock;
    }

    /** Without a vTPM: its trust lasts as long as its certificate. */
    ObjectNode admit(MachineRecord machine, Bytes request) throws EnrolmentRefused {
        return admit(machine, request, Optional.empty(), Timing.RENEWAL);
    }

    /**
     * With a vTPM: its trust lasts as long as its verdict.
     *
     * @param key that the certificate is for; later quotes are held to it
     * @param attests its agent attests itself between two certificates; one of an older node image does not, and comes for
     *     a certificate as often
     */
    ObjectNode admit(MachineRecord machine, Bytes request, Bytes key, boolean attests) throws EnrolmentRefused {
        Duration interval = terms.interval(machine);
        ObjectNode reply = admit(
                machine,
                request,
                Optional.of(terms.until(machine, clock.instant())),
                attests || interval.compareTo(Timing.RENEWAL) > 0 ? Timing.RENEWAL : interval);
        store.enrolledKeys().certified(machine.machineId(), AttestRound.digest(key));
        return reply;
    }

    /**
     * A verdict on a machine that holds a certificate: its trust goes on, or is back.
     *
     * @param back false for a machine of whose verdict its pool wants to be told alone: it keeps what it has
     */
    ObjectNode trust(MachineRecord machine, boolean back) throws EnrolmentRefused {
        boolean withdrawn = machine.withdrawnAt().isPresent();
        if (withdrawn && back) {
            clusters.reopen(machine);
        }
        if ((!withdrawn || back)
                && !store.machines().trust(machine.machineId(), terms.until(machine, clock.instant()))) {
            throw givenUp();
        }
        if (withdrawn && back) {
            clusters.admitted(machine);
        }
        return Json.newObject();
    }

    private static EnrolmentRefused givenUp() {
        return new EnrolmentRefused(403, "MachineRefused", "this machine was given up while it was being judged");
    }

    /** @throws EnrolmentRefused if the machine was given up or removed meanwhile */
    private ObjectNode admit(MachineRecord machine, Bytes request, Optional<Instant> trustUntil, Duration renewAfter)
            throws EnrolmentRefused {
        if (machine.withdrawnAt().isPresent()) {
            clusters.reopen(machine);
        }
        // The row first: whoever looks at a certificate finds the machine admitted.
        if (!store.machines().admit(machine.machineId(), clock.instant().plus(Timing.CERTIFICATE), trustUntil)) {
            throw givenUp();
        }
        // A Node that cannot be marked as it should be gets no certificate either.
        clusters.admitted(machine);
        ClusterAccess.Issued issued = clusters.issue(machine, request, Timing.CERTIFICATE);
        JoinSettings settings = clusters.settings(machine);
        ObjectNode reply = Json.newObject();
        ObjectNode node = reply.putObject("node")
                .put("nodeName", machine.nodeName())
                .put("apiServer", settings.apiServer())
                .put("clusterCa", settings.clusterCa())
                .put("certificate", issued.pem())
                .put("expires", issued.expires().toString())
                .put("renewAfterSeconds", renewAfter.toSeconds())
                .put("podCidr", settings.podCidr())
                .put("clusterCidr", settings.clusterCidr())
                .put("serviceCidr", settings.serviceCidr())
                .put("dnsServiceIp", settings.dnsServiceIp())
                // No longer than the certificate: a refused node's token must not outlive its lease.
                .put("kubeProxyToken", clusters.kubeProxyToken(machine, Timing.CERTIFICATE));
        node.set("kubeletConfig", Json.MAPPER.valueToTree(settings.kubeletConfig()));
        ArrayNode nameservers = node.putArray("nameservers");
        settings.nameservers().forEach(nameservers::add);
        ArrayNode preload = node.putArray("preload");
        for (JoinSettings.Archive archive : settings.preload()) {
            preload.addObject()
                    .put("name", archive.name())
                    .put("sha256", archive.sha256())
                    .put("url", "/enrolment/v1/archives/" + archive.name());
        }
        return reply;
    }
}
