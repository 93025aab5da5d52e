package dev.sigillo.arm;

import static java.util.Map.entry;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * From a request to the desired state of a cluster, its pools apart: types, defaults, limits.
 *
 * <p>The stored body holds location, tags, kind, sku, identity and properties without {@code agentPoolProfiles}.
 */
public final class ClusterRules {

    static final Map<String, FieldKind> TOP = Map.of(
            "location", FieldKind.STRING,
            "tags", FieldKind.STRING_MAP,
            "kind", FieldKind.STRING,
            "sku", FieldKind.OBJECT,
            "identity", FieldKind.OBJECT,
            "properties", FieldKind.OBJECT);

    static final Map<String, FieldKind> PROPERTIES = Map.ofEntries(
            entry("kubernetesVersion", FieldKind.STRING),
            entry("dnsPrefix", FieldKind.STRING),
            entry("fqdnSubdomain", FieldKind.STRING),
            entry("agentPoolProfiles", FieldKind.OBJECT_LIST),
            entry("linuxProfile", FieldKind.OBJECT),
            entry("windowsProfile", FieldKind.OBJECT),
            entry("servicePrincipalProfile", FieldKind.OBJECT),
            entry("addonProfiles", FieldKind.OBJECT),
            entry("nodeResourceGroup", FieldKind.STRING),
            entry("enableRBAC", FieldKind.BOOLEAN),
            entry("networkProfile", FieldKind.OBJECT),
            entry("autoScalerProfile", FieldKind.OBJECT),
            entry("aadProfile", FieldKind.OBJECT),
            entry("autoUpgradeProfile", FieldKind.OBJECT),
            entry("apiServerAccessProfile", FieldKind.OBJECT),
            entry("disableLocalAccounts", FieldKind.BOOLEAN),
            entry("storageProfile", FieldKind.OBJECT),
            entry("securityProfile", FieldKind.OBJECT));

    static final Map<String, FieldKind> NETWORK = Map.of(
            "networkPlugin", FieldKind.STRING,
            "networkPolicy", FieldKind.STRING,
            "podCidr", FieldKind.STRING,
            "serviceCidr", FieldKind.STRING,
            "dnsServiceIP", FieldKind.STRING,
            "outboundType", FieldKind.STRING,
            "loadBalancerSku", FieldKind.STRING);

    private static final List<String> READ_ONLY = List.of(
            "agentPoolProfiles",
            "provisioningState",
            "powerState",
            "fqdn",
            "privateFQDN",
            "azurePortalFQDN",
            "currentKubernetesVersion",
            "maxAgentPools",
            "resourceUID",
            "status",
            "identityProfile",
            "servicePrincipalProfile");

    private static final Set<String> WHOLE = Set.of("tags", AutoscalerProfile.FIELD);

    private static final String VERSION = "kubernetesVersion";
    private static final String CURRENT = "currentKubernetesVersion";
    private static final String VERSION_PATH = "properties." + VERSION;

    /** What a later request may not change, since machines and certificates were made with it. */
    private static final List<String> FIXED = List.of("dnsPrefix", "nodeResourceGroup", "enableRBAC", "linuxProfile");

    private final Locations locations;
    private final Supplier<KubernetesVersions> versions;
    private final UpgradeRules upgrades;

    /** @param versions asked at each request: they come and go */
    public ClusterRules(Locations locations, Supplier<KubernetesVersions> versions) {
        this.locations = locations;
        this.versions = versions;
        this.upgrades = new UpgradeRules(versions);
    }

    /** The types of everything known in the request. To be called first, for new and existing clusters. */
    public void checkTypes(ObjectNode request) {
        Fields.check(request, "", TOP);
        ObjectNode properties = Fields.object(request, "properties");
        Fields.check(properties, "properties.", PROPERTIES);
        Fields.check(Fields.object(properties, "networkProfile"), "properties.networkProfile.", NETWORK);
        AuthorizedRanges.checkTypes(properties);
        TrustTags.checkCluster(request.path("tags"));
        ObjectNode identity = Fields.object(request, "identity");
        Fields.check(identity, "identity.", Map.of("type", FieldKind.STRING));
        Fields.check(Fields.object(request, "sku"), "sku.", Map.of("name", FieldKind.STRING, "tier", FieldKind.STRING));
    }

    /** The pools of the request, each with a name. */
    public List<ObjectNode> pools(ObjectNode request) {
        JsonNode pools = Fields.object(request, "properties").path("agentPoolProfiles");
        List<ObjectNode> result =
                pools.valueStream().map(pool -> (ObjectNode) pool).toList();
        for (int at = 0; at < result.size(); at++) {
            String path = "properties.agentPoolProfiles[" + at + "].";
            Fields.check(result.get(at), path, Map.of("name", FieldKind.STRING));
            String name = Names.pool(Fields.text(result.get(at), "name").orElse(""));
            long same = result.stream()
                    .filter(pool -> Fields.text(pool, "name").equals(Optional.of(name)))
                    .count();
            if (same > 1) {
                throw ArmError.INVALID_PARAMETER.at(
                        path + "name", "The agent pool name '%s' is used %d times: names must differ.", name, same);
            }
        }
        return result;
    }

    /**
     * What pools with Trusted Launch forbid their cluster; before {@link #create} and {@link #update}, whose errors are of
     * the same fields.
     *
     * @param pools what the request says of pools, or what is kept of them
     * @throws ArmException TRUSTED_LAUNCH_INCOMPATIBLE
     */
    public static void requireTrustable(ObjectNode request, List<ObjectNode> pools) {
        TrustedLaunchRules.checkVirtualNodes(Fields.object(request, "properties"), pools);
    }

    /** The version asked for, also when it is not known; empty for the default. */
    public static String askedVersion(ObjectNode request) {
        return Fields.text(Fields.object(request, "properties"), VERSION).orElse("");
    }

    /** The desired state of a new cluster. Call it after the pools' rules, so that theirs win over an unknown version. */
    public ObjectNode create(String group, String name, ObjectNode request) {
        String location = locations.require(
                Fields.text(request, "location")
                        .orElseThrow(() -> ArmError.LOCATION_REQUIRED.at(
                                "location", "The location property is required for this definition.")),
                ArmId.CLUSTER_TYPE);
        ObjectNode body = stored(request);
        ObjectNode properties = Fields.object(body, "properties");
        checkSupport(body, properties);
        body.put("location", location);
        String asked = askedVersion(request);
        String full = versions.get().require(asked, ArmError.K8S_VERSION_NOT_SUPPORTED, VERSION_PATH);
        properties.put(VERSION, asked.isEmpty() ? full : asked).put(CURRENT, full);
        Fields.fill(properties, "dnsPrefix", defaultDnsPrefix(name));
        Names.dnsPrefix(properties.path("dnsPrefix").asString(""));
        Fields.fill(properties, "nodeResourceGroup", clip80("MC_" + group + "_" + name + "_" + location));
        Names.nodeResourceGroup(properties.path("nodeResourceGroup").asString(""));
        Fields.fill(properties, "enableRBAC", true);
        Fields.fill(properties, "disableLocalAccounts", false);
        Fields.fill(properties, "supportPlan", "KubernetesOfficial");
        for (String profile : List.of(
                "addonProfiles",
                "storageProfile",
                "securityProfile",
                "networkProfile",
                "oidcIssuerProfile",
                "workloadAutoScalerProfile")) {
            if (!properties.path(profile).isObject()) {
                properties.putObject(profile);
            }
        }
        AutoscalerProfile.complete(properties);
        ClusterNetwork.complete(Fields.object(properties, "networkProfile"));
        if (!body.path("sku").isObject()) {
            body.putObject("sku").put("name", "Base").put("tier", "Free");
        }
        Fields.fill(body, "kind", "Base");
        if (!body.path("identity").isObject()) {
            body.putObject("identity").put("type", "SystemAssigned");
        }
        return body;
    }

    /** The desired state of an existing cluster after a PUT; equal to {@code kept} when the request changes nothing. */
    public ObjectNode update(ObjectNode kept, ObjectNode request) {
        Fields.text(request, "location").ifPresent(given -> {
            String location = locations.require(given, ArmId.CLUSTER_TYPE);
            if (!location.equals(kept.path("location").asString(""))) {
                throw ArmError.PROPERTY_CHANGE_NOT_ALLOWED.at(
                        "location",
                        "Changing property 'location' is not allowed: it is %s and the request says %s.",
                        kept.path("location").asString(""),
                        location);
            }
        });
        ObjectNode change = stored(request);
        change.remove("location");
        ObjectNode asked = Fields.object(change, "properties");
        for (String field : List.of("kubernetesVersion", "dnsPrefix", "nodeResourceGroup")) {
            if (Fields.text(asked, field).isEmpty()) {
                asked.remove(field);
            }
        }
        ObjectNode body = Fields.merge(kept, change, WHOLE);
        Fields.keepForm(kept, body);
        ObjectNode before = Fields.object(kept, "properties");
        ObjectNode after = Fields.object(body, "properties");
        checkSupport(body, after);
        AutoscalerProfile.complete(after);
        after.put(
                CURRENT,
                upgrades.next(
                        "the control plane",
                        before.path(CURRENT).asString(""),
                        Fields.text(after, VERSION).orElse(""),
                        ArmError.K8S_VERSION_NOT_SUPPORTED,
                        VERSION_PATH));
        refuseChange("networkProfile", before, after);
        FIXED.forEach(field -> refuseChange(field, before, after));
        return body;
    }

    private static void refuseChange(String field, ObjectNode before, ObjectNode after) {
        if (!before.path(field).equals(after.path(field))) {
            throw ArmError.PROPERTY_CHANGE_NOT_ALLOWED.at(
                    "properties." + field,
                    "Changing property 'properties.%s' is not allowed: it is %s and the request says %s.",
                    field,
                    Fields.shownOrNothing(before.path(field)),
                    Fields.shownOrNothing(after.path(field)));
        }
    }

    private static ObjectNode stored(ObjectNode request) {
        ObjectNode body = request.deepCopy();
        for (String field : List.of("id", "name", "type", "eTag", "systemData")) {
            body.remove(field);
        }
        for (String field : List.of("properties", "sku", "identity", "kind")) {
            if (body.path(field).isNull()) {
                body.remove(field);
            }
        }
        if (!body.path("properties").isObject()) {
            body.putObject("properties");
        }
        ObjectNode properties = Fields.object(body, "properties");
        READ_ONLY.forEach(properties::remove);
        List<String> nulls = properties.properties().stream()
                .filter(each -> each.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList();
        nulls.forEach(properties::remove);
        Fields.object(body, "identity").remove(List.of("principalId", "tenantId"));
        // AKS never shows it either; and what is kept here is shown.
        Fields.object(properties, "windowsProfile").remove("adminPassword");
        return body;
    }

    private static void checkSupport(ObjectNode body, ObjectNode properties) {
        Unsupported.inCluster(properties);
        AuthorizedRanges.complete(properties);
        String identity = Fields.text(Fields.object(body, "identity"), "type").orElse("SystemAssigned");
        if (!ArmId.same(identity, "SystemAssigned")) {
            throw ArmError.NOT_SUPPORTED.at(
                    "identity.type",
                    "identity.type '%s' is not supported: there are no managed identities here. It can only be SystemAssigned.",
                    Fields.clip(identity));
        }
        ObjectNode sku = Fields.object(body, "sku");
        if (Fields.text(sku, "name")
                .filter(name -> ArmId.same(name, "Automatic"))
                .isPresent()) {
            throw ArmError.NOT_SUPPORTED.at(
                    "sku.name",
                    "sku.name 'Automatic' is not supported: pools have the size they are given here. It can only be Base.");
        }
        Fields.spell("sku.", sku, "name", List.of("Base"));
        Fields.spell("sku.", sku, "tier", List.of("Free", "Standard", "Premium"));
        ClusterNetwork.spell(Fields.object(properties, "networkProfile"));
    }

    /**
     * Whether every pool may be what it is with the control plane.
     *
     * @param controlPlane full version
     * @param pools desired properties by the pools' names
     * @throws ArmException NODE_POOL_INCOMPATIBLE
     */
    public static void requireCompatible(String controlPlane, Map<String, ObjectNode> pools) {
        Map<String, String> versions = new LinkedHashMap<>();
        pools.forEach(
                (name, pool) -> versions.put(name, pool.path(PoolRules.CURRENT).asString("")));
        UpgradeRules.requireCompatible(controlPlane, versions);
    }

    private static String defaultDnsPrefix(String name) {
        String letters = name.replaceAll("[^A-Za-z0-9-]", "").replaceAll("^-+|-+$", "");
        return letters.length() <= 40 ? letters : letters.substring(0, 40).replaceAll("-+$", "");
    }

    private static String clip80(String value) {
        return value.length() <= 80 ? value : value.substring(0, 80).replaceAll("\\.+$", "");
    }
}
