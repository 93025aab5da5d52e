package dev.sigillo.arm;

import static java.util.Map.entry;

import java.util.List;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.node.ObjectNode;

/** The fields of {@code AgentPool.properties} that Sigillo knows (Microsoft.ContainerService, 2025-09-01 and later). */
final class PoolFields {
    static final Map<String, FieldKind> KNOWN = Map.ofEntries(
            entry("count", FieldKind.INTEGER),
            entry("vmSize", FieldKind.STRING),
            entry("osDiskSizeGB", FieldKind.INTEGER),
            entry("osDiskType", FieldKind.STRING),
            entry("kubeletDiskType", FieldKind.STRING),
            entry("workloadRuntime", FieldKind.STRING),
            entry("vnetSubnetID", FieldKind.STRING),
            entry("podSubnetID", FieldKind.STRING),
            entry("maxPods", FieldKind.INTEGER),
            entry("osType", FieldKind.STRING),
            entry("osSKU", FieldKind.STRING),
            entry("maxCount", FieldKind.INTEGER),
            entry("minCount", FieldKind.INTEGER),
            entry("enableAutoScaling", FieldKind.BOOLEAN),
            entry("scaleDownMode", FieldKind.STRING),
            entry("type", FieldKind.STRING),
            entry("mode", FieldKind.STRING),
            entry("orchestratorVersion", FieldKind.STRING),
            entry("upgradeSettings", FieldKind.OBJECT),
            entry("availabilityZones", FieldKind.STRING_LIST),
            entry("enableNodePublicIP", FieldKind.BOOLEAN),
            entry("scaleSetPriority", FieldKind.STRING),
            entry("scaleSetEvictionPolicy", FieldKind.STRING),
            entry("spotMaxPrice", FieldKind.NUMBER),
            entry("tags", FieldKind.STRING_MAP),
            entry("nodeLabels", FieldKind.STRING_MAP),
            entry("nodeTaints", FieldKind.STRING_LIST),
            entry("kubeletConfig", FieldKind.OBJECT),
            entry("linuxOSConfig", FieldKind.OBJECT),
            entry("enableEncryptionAtHost", FieldKind.BOOLEAN),
            entry("enableUltraSSD", FieldKind.BOOLEAN),
            entry("enableFIPS", FieldKind.BOOLEAN),
            entry("gpuInstanceProfile", FieldKind.STRING),
            entry("powerState", FieldKind.OBJECT),
            entry("securityProfile", FieldKind.OBJECT),
            entry("gpuProfile", FieldKind.OBJECT));

    static final Map<String, FieldKind> SECURITY = Map.of(
            "enableVTPM", FieldKind.BOOLEAN,
            "enableSecureBoot", FieldKind.BOOLEAN,
            "sshAccess", FieldKind.STRING);

    /**
     * The service says these; what a request says of them is an echo of an earlier reply. See {@link PowerState#requireOf}
     * for the one that may be more.
     */
    private static final List<String> READ_ONLY = List.of(
            "nodeImageVersion",
            "provisioningState",
            "currentOrchestratorVersion",
            "powerState",
            "eTag",
            "status",
            "id",
            "name");

    /** Maps of the user's own keys: a request replaces them as a whole. */
    static final Set<String> WHOLE = Set.of("tags", "nodeLabels");

    private PoolFields() {}

    /** The request's properties with types checked and read-only fields taken out. */
    static ObjectNode requested(ObjectNode properties, String path) {
        ObjectNode request = properties.deepCopy();
        Fields.check(request, path, KNOWN);
        Fields.check(Fields.object(request, "powerState"), path + "powerState.", Map.of("code", FieldKind.STRING));
        Fields.check(Fields.object(request, "securityProfile"), path + "securityProfile.", SECURITY);
        Fields.check(Fields.object(request, "gpuProfile"), path + "gpuProfile.", Map.of("driver", FieldKind.STRING));
        READ_ONLY.forEach(request::remove);
        return request;
    }
}
