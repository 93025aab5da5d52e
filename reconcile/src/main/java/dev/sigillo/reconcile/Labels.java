package dev.sigillo.reconcile;

import dev.sigillo.arm.DesiredPool;
import dev.sigillo.kubernetes.LabelsAndTaints;
import dev.sigillo.kubernetes.NodeView;
import dev.sigillo.kubernetes.Taint;
import dev.sigillo.machine.BootMode;
import dev.sigillo.store.ClusterRecord;
import dev.sigillo.store.MachineRecord;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The labels and taints that AKS users know, and which of them only trust may give. */
final class Labels {
    static final String AGENT_POOL = "kubernetes.azure.com/agentpool";
    static final String MODE = "kubernetes.azure.com/mode";
    static final String TRUSTED_LAUNCH = "kubernetes.azure.com/trusted-launch";
    static final String SECURE_BOOT = "kubernetes.azure.com/secure-boot";
    static final String SECURITY_TYPE = "kubernetes.azure.com/security-type";

    /** On every node from its creation until it is admitted, and again when trust is withdrawn. */
    static final Taint UNTRUSTED = new Taint("sigillo.dev/untrusted", "", "NoExecute");

    /** What the providerID of every Node of Sigillo's begins with: only the Node's maker can give it one. */
    static final String PROVIDER = "sigillo://";

    private Labels() {}

    /** Which machine a Node stands for. */
    static String providerId(ClusterRecord cluster, String machineId) {
        return PROVIDER + cluster.shortId() + "/" + machineId;
    }

    /** What a node carries whether trusted or not. */
    static Map<String, String> of(ClusterRecord cluster, DesiredPool pool, String imageVersion) {
        Map<String, String> labels = new HashMap<>(pool.labels());
        labels.put("agentpool", pool.name());
        labels.put(AGENT_POOL, pool.name());
        labels.put("kubernetes.azure.com/cluster", nodeResourceGroup(cluster));
        labels.put(MODE, mode(pool));
        labels.put("kubernetes.azure.com/role", "agent");
        labels.put("kubernetes.azure.com/node-image-version", imageVersion);
        labels.put("kubernetes.azure.com/os-sku", pool.osSku());
        labels.put("kubernetes.azure.com/storageprofile", "managed");
        labels.put("node.kubernetes.io/instance-type", pool.vmSize());
        labels.put("beta.kubernetes.io/instance-type", pool.vmSize());
        labels.put("topology.kubernetes.io/region", cluster.location());
        labels.put("failure-domain.beta.kubernetes.io/region", cluster.location());
        labels.put("topology.kubernetes.io/zone", "0");
        return labels;
    }

    /** As Azure names it, cut to what a label's value may hold. */
    static String nodeResourceGroup(ClusterRecord cluster) {
        String name = "MC_" + cluster.resourceGroup() + "_" + cluster.name() + "_"
                + cluster.location().toLowerCase(Locale.ROOT);
        String cut = name.length() > 63 ? name.substring(0, 63) : name;
        return cut.replaceAll("[^A-Za-z0-9._-]", "_").replaceAll("[^A-Za-z0-9]+$", "");
    }

    /** What the pool's user has its nodes carry, and may change while they run. */
    static LabelsAndTaints given(DesiredPool pool) {
        Map<String, String> labels = new HashMap<>(pool.labels());
        labels.put(MODE, mode(pool));
        return LabelsAndTaints.of(labels, taints(pool));
    }

    private static String mode(DesiredPool pool) {
        return pool.isSystem() ? "system" : "user";
    }

    /** The user's own taints; {@code key=value:Effect} or {@code key:Effect}. */
    static List<Taint> taints(DesiredPool pool) {
        return pool.taints().stream()
                .map(text -> {
                    int colon = text.lastIndexOf(':');
                    String left = text.substring(0, colon);
                    int equals = left.indexOf('=');
                    return equals < 0
                            ? new Taint(left, "", text.substring(colon + 1))
                            : new Taint(
                                    left.substring(0, equals), left.substring(equals + 1), text.substring(colon + 1));
                })
                .toList();
    }

    /** The trust labels of an admitted node of such a pool; empty means: the label must not be there. */
    static Map<String, Optional<String>> trust(BootMode boot) {
        Map<String, Optional<String>> labels = new LinkedHashMap<>();
        labels.put(TRUSTED_LAUNCH, boot.vtpm() ? Optional.of("true") : Optional.empty());
        labels.put(SECURE_BOOT, boot.secureBoot() ? Optional.of("true") : Optional.empty());
        labels.put(SECURITY_TYPE, boot.vtpm() || boot.secureBoot() ? Optional.of("TrustedLaunch") : Optional.empty());
        return labels;
    }

    /** Whether the Node shows that its trust is withdrawn. */
    static boolean withoutTrust(NodeView node) {
        return node.taints().contains(UNTRUSTED) && noTrust().keySet().stream().noneMatch(node.labels()::containsKey);
    }

    static Map<String, Optional<String>> trust(MachineRecord machine) {
        return trust(new BootMode(machine.secureBoot(), machine.vtpm()));
    }

    static Map<String, Optional<String>> noTrust() {
        return Map.of(TRUSTED_LAUNCH, Optional.empty(), SECURE_BOOT, Optional.empty(), SECURITY_TYPE, Optional.empty());
    }
}
