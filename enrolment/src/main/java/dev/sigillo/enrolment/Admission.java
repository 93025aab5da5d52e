package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Verdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.evidence.EvidenceJson;
import dev.sigillo.evidence.VerdictJson;
import dev.sigillo.kubernetes.IssuedCertificates;
import dev.sigillo.kubernetes.KubernetesCluster;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What follows a passing verdict: it is kept, the cluster signs the node's certificates, and the node hears how to join. */
final class Admission {
    /** The least that Kubernetes allows for spec.expirationSeconds. */
    private static final Duration CERTIFICATE_LIFE = Duration.ofMinutes(10);

    private static final Duration RENEW_AFTER = Duration.ofMinutes(4);
    private static final Duration PROXY_TOKEN_LIFE = Duration.ofHours(1);

    private final Store store;
    private final ClusterAccess clusters;
    private final Clock clock;

    Admission(Store store, ClusterAccess clusters, Clock clock) {
        this.store = store;
        this.clusters = clusters;
        this.clock = clock;
    }

    /** A node's key and what it wants signed, checked to be for that key and for its own name only. */
    record Requests(Bytes kubeletKey, Bytes client, Bytes serving) {

        static Requests of(Fields fields, Bytes kubeletKey, MachineRecord machine) throws EnrolmentRefused {
            Bytes client = fields.bytes("clientCsr", 4096);
            Bytes serving = fields.bytes("servingCsr", 4096);
            RequestCheck.check("clientCsr", client, kubeletKey, machine.nodeName(), List.of());
            RequestCheck.check(
                    "servingCsr",
                    serving,
                    kubeletKey,
                    machine.nodeName(),
                    List.of(new AlternativeName.Dns(machine.nodeName()), new AlternativeName.Ip(machine.address())));
            return new Requests(kubeletKey, client, serving);
        }
    }

    ObjectNode admit(MachineRecord machine, Requests requests, Verdict verdict) throws EnrolmentRefused {
        return admit(machine, requests, verdict, Optional.empty());
    }

    ObjectNode admit(MachineRecord machine, Requests requests, Verdict verdict, Evidence evidence)
            throws EnrolmentRefused {
        return admit(machine, requests, verdict, Optional.of(evidence));
    }

    private ObjectNode admit(MachineRecord machine, Requests requests, Verdict verdict, Optional<Evidence> evidence)
            throws EnrolmentRefused {
        KubernetesCluster cluster = clusters.ready(machine);
        store(machine, verdict, evidence);
        IssuedCertificates issued = cluster.issue(
                machine.nodeName(),
                requests.client().toByteArray(),
                requests.serving().toByteArray(),
                CERTIFICATE_LIFE);
        clusters.admitted(machine);
        JoinSettings settings = clusters.settings(machine);
        ObjectNode reply = Json.newObject();
        ObjectNode node = reply.putObject("node")
                .put("nodeName", machine.nodeName())
                .put("apiServer", settings.apiServer())
                .put("clusterCa", settings.clusterCa())
                .put("certificate", issued.clientPem())
                .put("servingCertificate", issued.servingPem())
                .put("expires", issued.expires().toString())
                .put("renewAt", clock.instant().plus(RENEW_AFTER).toString())
                .put("podCidr", settings.podCidr())
                .put("clusterCidr", settings.clusterCidr())
                .put("serviceCidr", settings.serviceCidr())
                .put("dnsServiceIp", settings.dnsServiceIp())
                .put("kubeProxyToken", cluster.kubeProxyToken(PROXY_TOKEN_LIFE));
        node.set("kubeletConfig", Json.MAPPER.valueToTree(settings.kubeletConfig()));
        node.putObject("nodeLabels");
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

    void store(MachineRecord machine, Verdict verdict, Optional<Evidence> evidence) {
        Optional<String> key = evidence.map(
                given -> store.evidence().put(EvidenceJson.write(given).getBytes(StandardCharsets.UTF_8)));
        store.verdicts()
                .add(new VerdictRecord(
                        machine.machineId(), verdict.at(), verdict.passing(), VerdictJson.write(verdict), key));
    }
}
