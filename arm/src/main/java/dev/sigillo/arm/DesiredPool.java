package dev.sigillo.arm;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the reconciler needs to know of a pool, read from its stored properties (every default is filled in there).
 *
 * @param vmSize name in the size catalogue
 * @param osDiskGib what a node may write to, in GiB; 0 for the disk of its size
 * @param mode {@code System} or {@code User}
 * @param version full Kubernetes version, e.g. {@code 1.35.4}
 * @param taints as {@code key=value:Effect}
 * @param maxPods for the kubelet
 * @param nodeImageVersion what new machines are made from
 * @param autoScaling its bounds, if it is scaled by itself
 * @param upgrade how machines are replaced by others
 * @param onUntrusted what follows when a node fails attestation after it was let in
 * @param recoversByReboot a fresh boot that passes ends a quarantine; else a new machine alone does
 * @param drill what is done to its machines from outside, to see whether it is noticed
 */
public record DesiredPool(
        String name,
        int count,
        String vmSize,
        int osDiskGib,
        String mode,
        String version,
        String osSku,
        boolean secureBoot,
        boolean vtpm,
        Map<String, String> labels,
        List<String> taints,
        int maxPods,
        String nodeImageVersion,
        Optional<AutoScaling> autoScaling,
        UpgradeSettings upgrade,
        OnUntrusted onUntrusted,
        boolean recoversByReboot,
        Optional<DrillFault> drill) {

    /** Reads stored properties, which were checked when they were accepted. */
    public static DesiredPool of(String name, String properties) {
        ObjectNode pool = Json.object(properties);
        Map<String, String> labels = new LinkedHashMap<>();
        pool.path("nodeLabels")
                .properties()
                .forEach(label -> labels.put(label.getKey(), label.getValue().asString("")));
        List<String> taints = new ArrayList<>();
        for (JsonNode taint : pool.path("nodeTaints")) {
            taints.add(taint.asString(""));
        }
        JsonNode security = pool.path("securityProfile");
        return new DesiredPool(
                name,
                pool.path("count").asInt(0),
                pool.path("vmSize").asString(""),
                pool.path("osDiskSizeGB").asInt(0),
                pool.path("mode").asString("User"),
                pool.path("currentOrchestratorVersion").asString(""),
                pool.path("osSKU").asString(""),
                security.path("enableSecureBoot").asBoolean(false),
                security.path("enableVTPM").asBoolean(false),
                Map.copyOf(labels),
                List.copyOf(taints),
                pool.path("maxPods").asInt(110),
                pool.path("nodeImageVersion").asString(""),
                AutoScaling.of(pool),
                UpgradeSettings.of(pool.path("upgradeSettings")),
                TrustTags.onUntrusted(pool.path("tags")),
                TrustTags.recoversByReboot(pool.path("tags")),
                TrustTags.drill(pool.path("tags")));
    }

    public boolean isSystem() {
        return mode.equalsIgnoreCase("System");
    }
}
