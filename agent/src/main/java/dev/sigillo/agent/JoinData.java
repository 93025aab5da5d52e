package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the enrolment server hands to a machine that it lets in.
 *
 * @param apiServer the cluster's API server, as nodes reach it
 * @param clusterCa PEM; signs the API server's and the kubelets' certificates
 * @param certificate PEM chain of the kubelet's client certificate
 * @param servingCertificate PEM chain of the kubelet's serving certificate, for the same key
 * @param expires when both certificates end
 * @param renewAt when to enrol again, some time before {@code expires}
 * @param podCidr this node's pods
 * @param clusterCidr all pods of the cluster
 * @param nameservers for names outside the cluster; empty when the host offers none
 * @param kubeletConfig members of KubeletConfiguration that override the agent's
 * @param kubeProxyToken bearer token of kube-proxy's service account
 * @param source the JSON object itself, to be kept for a restart of the agent
 */
record JoinData(
        String nodeName,
        URI apiServer,
        String clusterCa,
        String certificate,
        String servingCertificate,
        Instant expires,
        Instant renewAt,
        Ipv4Network podCidr,
        Ipv4Network clusterCidr,
        Ipv4Network serviceCidr,
        String dnsServiceIp,
        List<String> nameservers,
        Json.Obj kubeletConfig,
        Map<String, String> nodeLabels,
        String kubeProxyToken,
        List<Archive> preload,
        Json.Obj source) {

    /** An OCI archive to import into containerd; {@code path} is below the enrolment server. */
    record Archive(String name, String sha256, String path) {}

    static JoinData parse(Json.Obj node) throws MalformedException {
        List<String> nameservers = new ArrayList<>();
        for (Json each : node.array("nameservers")) {
            nameservers.add(Shapes.ipv4("nameservers", each instanceof Json.Text(String text) ? text : ""));
        }
        Map<String, String> labels = new LinkedHashMap<>();
        Json.Obj given = node.object("nodeLabels");
        for (String key : given.members().keySet()) {
            labels.put(
                    Shapes.matching("nodeLabels", Shapes.LABEL_KEY, key),
                    Shapes.matching("nodeLabels." + key, Shapes.LABEL_VALUE, given.text(key)));
        }
        List<Archive> preload = new ArrayList<>();
        for (Json each : node.array("preload")) {
            Json.Obj archive = each instanceof Json.Obj object ? object : Json.Obj.empty();
            preload.add(new Archive(
                    Shapes.matching("preload.name", Shapes.ARCHIVE_NAME, archive.text("name")),
                    Shapes.matching("preload.sha256", Shapes.SHA256, archive.text("sha256")),
                    Shapes.matching("preload.url", Shapes.URL_PATH, archive.text("url"))));
        }
        return new JoinData(
                Shapes.matching("nodeName", Shapes.NODE_NAME, node.text("nodeName")),
                Shapes.httpsUri("apiServer", node.text("apiServer")),
                node.text("clusterCa"),
                node.text("certificate"),
                node.text("servingCertificate"),
                instant("expires", node.text("expires")),
                instant("renewAt", node.text("renewAt")),
                Ipv4Network.parse("podCidr", node.text("podCidr")),
                Ipv4Network.parse("clusterCidr", node.text("clusterCidr")),
                Ipv4Network.parse("serviceCidr", node.text("serviceCidr")),
                Shapes.ipv4("dnsServiceIp", node.text("dnsServiceIp")),
                List.copyOf(nameservers),
                node.object("kubeletConfig"),
                labels,
                node.text("kubeProxyToken"),
                List.copyOf(preload),
                node);
    }

    private static Instant instant(String field, String text) throws MalformedException {
        try {
            return Instant.parse(text);
        } catch (DateTimeException e) {
            throw new MalformedException(
                    field, 0, "must be a time such as 2026-11-24T04:00:00Z, was \"" + Shapes.printable(text) + "\"");
        }
    }

    /** Holds a token and goes nowhere near a log. */
    @Override
    public String toString() {
        return "JoinData[" + nodeName + ", renewAt=" + renewAt + "]";
    }
}
