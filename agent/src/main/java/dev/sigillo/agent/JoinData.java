package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import java.net.URI;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What the enrolment server hands to a machine that it lets in.
 *
 * @param apiServer the cluster's API server, as nodes reach it
 * @param clusterCa PEM; signs the API server's and the kubelets' certificates
 * @param certificate PEM chain of the kubelet's client certificate
 * @param expires when the certificate ends, by the server's clock
 * @param renewAfter how long to wait before enrolling again; a span and not a time, since this machine's clock may be wrong
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
        Instant expires,
        Duration renewAfter,
        Ipv4Network podCidr,
        Ipv4Network clusterCidr,
        Ipv4Network serviceCidr,
        String dnsServiceIp,
        List<String> nameservers,
        Json.Obj kubeletConfig,
        String kubeProxyToken,
        List<Archive> preload,
        Json.Obj source) {

    private static final int MAX_RENEW_SECONDS = 24 * 60 * 60;

    /** An OCI archive to import into containerd; {@code path} is below the enrolment server. */
    record Archive(String name, String sha256, String path) {}

    static JoinData parse(Json.Obj node) throws MalformedException {
        List<String> nameservers = new ArrayList<>();
        for (Json each : node.array("nameservers")) {
            nameservers.add(Shapes.ipv4("nameservers", each instanceof Json.Text(String text) ? text : ""));
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
                instant("expires", node.text("expires")),
                Duration.ofSeconds(node.whole("renewAfterSeconds", 1, MAX_RENEW_SECONDS)),
                Ipv4Network.parse("podCidr", node.text("podCidr")),
                Ipv4Network.parse("clusterCidr", node.text("clusterCidr")),
                Ipv4Network.parse("serviceCidr", node.text("serviceCidr")),
                Shapes.ipv4("dnsServiceIp", node.text("dnsServiceIp")),
                List.copyOf(nameservers),
                node.object("kubeletConfig"),
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
        return "JoinData[" + nodeName + ", expires=" + expires + "]";
    }
}
