package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.time.Clock;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What follows a passing verdict: the row says so, the cluster signs the node's certificate, the node hears how to join. */
final class Admission {
    private final Store store;
    private final ClusterAccess clusters;
    private final Clock clock;

    Admission(Store store, ClusterAccess clusters, Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.clock = clock;
    }

    /** @throws EnrolmentRefused if the machine was given up or removed meanwhile */
    ObjectNode admit(MachineRecord machine, Bytes request) throws EnrolmentRefused {
        // The row first: whoever looks at a certificate finds the machine admitted.
        if (!store.machines().admit(machine.machineId(), clock.instant().plus(Timing.CERTIFICATE))) {
            throw new EnrolmentRefused(403, "MachineRefused", "this machine was given up while it was being judged");
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
                .put("renewAfterSeconds", Timing.RENEWAL.toSeconds())
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
