package dev.sigillo.arm;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import tools.jackson.databind.node.ObjectNode;

/**
 * From a request to the desired state of a pool: types, defaults, limits.
 *
 * <p>An empty string means "choose for me" (az sends it so). What the request leaves out of an existing pool stays as it is.
 */
public final class PoolRules {
    /** AKS limit on nodes of one pool. */
    private static final int MAX_COUNT = 1000;

    /** az's own default for create and nodepool add. */
    private static final int DEFAULT_COUNT = 3;

    private static final int DEFAULT_MAX_PODS = 110;

    /** What may differ from the kept state; the rest needs a new pool. Another securityProfile needs other machines. */
    private static final Set<String> CHANGEABLE = Set.of(
            "count",
            "mode",
            "enableAutoScaling",
            "tags",
            "nodeLabels",
            "nodeTaints",
            "securityProfile",
            "upgradeSettings",
            "scaleDownMode",
            "maxCount",
            "minCount",
            "spotMaxPrice",
            "osDiskType",
            "osDiskSizeGB",
            "orchestratorVersion");

    /** Where an empty string leaves an existing pool as it is. */
    private static final List<String> CHOSEN_BY_SERVICE = List.of(
            "vmSize",
            "orchestratorVersion",
            "osSKU",
            "mode",
            "osType",
            "type",
            "kubeletDiskType",
            "scaleDownMode",
            "scaleSetPriority",
            "scaleSetEvictionPolicy");

    private static final String VERSION = "orchestratorVersion";
    static final String CURRENT = "currentOrchestratorVersion";
    private static final String IMAGE = "nodeImageVersion";
    private static final String VERSION_PATH = "properties." + VERSION;

    private final Sizes sizes;
    private final Supplier<KubernetesVersions> versions;
    private final UpgradeRules upgrades;
    private final NodeImages images;
    private final TrustedLaunchRules trustedLaunch;

    /** @param versions asked at each request: they come and go */
    public PoolRules(Sizes sizes, Supplier<KubernetesVersions> versions, NodeImages images) {
        this.sizes = sizes;
        this.versions = versions;
        this.upgrades = new UpgradeRules(versions);
        this.images = images;
        this.trustedLaunch = new TrustedLaunchRules(sizes);
    }

    /**
     * The desired properties of a new pool.
     *
     * @param clusterVersion the version asked for the cluster, for pools that ask for none; may be an unknown one
     * @throws ArmException with what is wrong and what would be right
     */
    public ObjectNode create(String name, ObjectNode properties, String clusterVersion) {
        ObjectNode pool = PoolFields.requested(properties, "properties.");
        removeNulls(pool);
        Names.pool(name);
        PowerState.RUNNING.requireOf(name, properties);
        String version = Fields.text(pool, VERSION).orElse(clusterVersion);
        trustedLaunch.check(name, pool, version);
        checkSupport(name, pool);
        Size size = size(pool);
        checkGpuDriver(name, pool, size);
        Fields.fill(pool, "mode", "User");
        AutoScaling.create(pool);
        fillDefaults(pool, size);
        checkLimits(pool);
        String full = versions.get().require(version, ArmError.AGENT_POOL_K8S_VERSION_NOT_SUPPORTED, VERSION_PATH);
        pool.put(VERSION, version.isEmpty() ? full : version).put(CURRENT, full);
        pool.put(IMAGE, latestImage(pool));
        return pool;
    }

    /**
     * The desired properties of an existing pool after a PUT; equal to {@code kept} when the request changes nothing.
     *
     * @throws ArmException with what is wrong and what would be right
     */
    public ObjectNode update(String name, ObjectNode kept, ObjectNode properties) {
        ObjectNode request = PoolFields.requested(properties, "properties.");
        dropEmptyTexts(request);
        ObjectNode pool = Fields.merge(kept, request, PoolFields.WHOLE);
        removeNulls(pool);
        Fields.keepForm(kept, pool);
        sizes.find(pool.path("vmSize").asString("")).ifPresent(size -> {
            pool.put("vmSize", size.name());
            refuseChange("vmSize", kept, pool); // before what it would conflict with
            OsDisk.adopt(kept, pool, size);
        });
        trustedLaunch.check(name, pool, Fields.text(pool, VERSION).orElse(""));
        checkSupport(name, pool);
        Size size = size(pool);
        OsDisk.complete(pool, size);
        OsDisk.check(pool, size);
        fixed(pool);
        AutoScaling.update(name, kept, request, pool);
        checkLimits(pool);
        refuseChanges(kept, pool);
        upgrade(name, kept, pool);
        return pool;
    }

    /**
     * The desired properties of an existing pool with another count; within its bounds if it is scaled by itself.
     *
     * @throws ArmException if such a pool cannot have so many
     */
    public ObjectNode resize(ObjectNode kept, int count) {
        ObjectNode pool = kept.deepCopy();
        pool.put(
                "count", AutoScaling.of(kept).map(bounds -> bounds.clamp(count)).orElse(count));
        checkLimits(pool);
        return pool;
    }

    /** The desired properties of an existing pool whose machines are to be made from the newest node image. */
    public ObjectNode upgradeImage(ObjectNode kept) {
        ObjectNode pool = kept.deepCopy();
        pool.put(IMAGE, latestImage(kept));
        return pool;
    }

    /** The newest node image of a pool's OS SKU and Kubernetes, by the pool's desired properties. */
    public String latestImage(ObjectNode pool) {
        String version = images.versionFor(
                pool.path("osSKU").asString(""), pool.path(CURRENT).asString(""));
        boolean generation1 = sizes.find(pool.path("vmSize").asString(""))
                .filter(Size::isGeneration1Only)
                .isPresent();
        return generation1 ? NodeImages.generation1(version) : version;
    }

    static boolean isWindows(ObjectNode pool) {
        return Fields.text(pool, "osType")
                        .filter(os -> ArmId.same(os, "Windows"))
                        .isPresent()
                || Fields.text(pool, "osSKU")
                        .filter(sku -> ArmId.key(sku).startsWith("windows"))
                        .isPresent();
    }

    private void checkSupport(String name, ObjectNode pool) {
        if (isWindows(pool)) {
            Names.windowsPool(name);
            throw ArmError.OS_NOT_SUPPORTED.at(
                    "properties.osType",
                    "Agent pool '%s' asks for Windows: only Linux nodes can be made here. Leave --os-type and --os-sku out.",
                    name);
        }
        PoolWords.spell(pool);
        UpgradeSettings.check(pool);
        Unsupported.inPool(pool);
        NodeLabels.checkLabels(pool);
        NodeLabels.checkTaints(pool);
        TrustTags.checkPool(pool);
    }

    private Size size(ObjectNode pool) {
        String asked = Fields.text(pool, "vmSize").orElse(sizes.byDefault().name());
        List<String> usable =
                sizes.all().stream().filter(sizes::canRun).map(Size::name).toList();
        Size size = sizes.find(asked)
                .orElseThrow(() -> ArmError.VM_SIZE_NOT_SUPPORTED.at(
                        "properties.vmSize",
                        "Virtual Machine size: '%s' is not supported here. The available VM sizes are '%s'.",
                        Fields.clip(asked),
                        String.join(",", usable)));
        if (!sizes.canRun(size)) {
            if (size.gpus() > 0) {
                throw ArmError.NO_HOST_CAPACITY.at(
                        "properties.vmSize",
                        "The requested size '%s' has no such capacity here: no GPU of this host is handed to machines (SIGILLO_GPUS declares one). The available VM sizes are '%s'.",
                        size.name(),
                        String.join(",", usable));
            }
            String why = size.isArm64()
                    ? "it is Arm64, and the machines here are x64"
                    : size.isConfidential()
                            ? "it is of confidential machines, whose memory no processor encrypts here"
                            : "this host cannot run it";
            throw ArmError.VM_SIZE_NOT_SUPPORTED.at(
                    "properties.vmSize",
                    "Virtual Machine size: '%s' is not supported here: %s. The available VM sizes are '%s'.",
                    size.name(),
                    why,
                    String.join(",", usable));
        }
        return size;
    }

    /** AKS would install one; here nobody does, and a pool that waits for it in vain helps nobody. */
    private static void checkGpuDriver(String name, ObjectNode pool, Size size) {
        if (size.gpus() > 0 && TrustedLaunchRules.installsGpuDriver(pool)) {
            throw ArmError.NOT_SUPPORTED.at(
                    "properties.gpuProfile.driver",
                    "Agent pool '%s' would have a GPU driver installed, which no node image here has. Say --gpu-driver None, and bring the driver with a workload.",
                    name);
        }
    }

    private static void fillDefaults(ObjectNode pool, Size size) {
        Fields.fill(pool, "count", DEFAULT_COUNT);
        pool.put("vmSize", size.name());
        OsDisk.complete(pool, size);
        OsDisk.check(pool, size);
        Fields.fill(pool, "kubeletDiskType", "OS");
        Fields.fill(pool, "maxPods", DEFAULT_MAX_PODS);
        Fields.fill(pool, "enableAutoScaling", false);
        Fields.fill(pool, "scaleDownMode", "Delete");
        Fields.fill(pool, "enableNodePublicIP", false);
        Fields.fill(pool, "enableFIPS", false);
        Fields.fill(pool, "enableEncryptionAtHost", false);
        Fields.fill(pool, "enableUltraSSD", false);
        Fields.fill(pool, "scaleSetPriority", "Regular");
        Fields.fill(pool, "osSKU", "Ubuntu");
        if (!pool.path("upgradeSettings").isObject()) {
            pool.putObject("upgradeSettings");
        }
        if (!pool.path("nodeTaints").isArray()) {
            pool.putArray("nodeTaints");
        }
        ObjectNode security =
                pool.get("securityProfile") instanceof ObjectNode given ? given : pool.putObject("securityProfile");
        Fields.fill(security, "enableVTPM", false);
        Fields.fill(security, "enableSecureBoot", false);
        fixed(pool);
    }

    /** What can be no other, also in a pool that was kept before it was looked at. */
    private static void fixed(ObjectNode pool) {
        pool.put("osType", "Linux");
        pool.put("type", "VirtualMachineScaleSets");
    }

    private static void checkLimits(ObjectNode pool) {
        boolean system = pool.path("mode").asString("").equals("System");
        range(pool, "count", system ? 1 : 0, MAX_COUNT);
        range(pool, "maxPods", 10, 250);
    }

    private static void range(ObjectNode pool, String field, int least, int most) {
        int value = pool.path(field).asInt(0);
        if (value < least || value > most) {
            throw ArmError.INVALID_PARAMETER.at(
                    "properties." + field,
                    "The value of parameter agentPoolProfile.%s is invalid: %d is not in the range %d to %d of a %s pool.",
                    field,
                    value,
                    least,
                    most,
                    pool.path("mode").asString("User"));
        }
    }

    /** Another version of Kubernetes is another node image; the same version keeps the image that it has. */
    private void upgrade(String name, ObjectNode kept, ObjectNode pool) {
        String now = kept.path(CURRENT).asString("");
        String next = upgrades.next(
                "node pool " + name,
                now,
                Fields.text(pool, VERSION).orElse(""),
                ArmError.AGENT_POOL_K8S_VERSION_NOT_SUPPORTED,
                VERSION_PATH);
        pool.put(CURRENT, next);
        if (!next.equals(now)) {
            pool.put(IMAGE, latestImage(pool));
        }
    }

    /** Also of what the request takes away: labels by null, for instance. */
    private static void refuseChanges(ObjectNode kept, ObjectNode pool) {
        for (String field : new TreeSet<>(PoolFields.KNOWN.keySet())) {
            if (!CHANGEABLE.contains(field)) {
                refuseChange(field, kept, pool);
            }
        }
    }

    private static void refuseChange(String field, ObjectNode kept, ObjectNode pool) {
        if (!kept.path(field).equals(pool.path(field))) {
            throw ArmError.PROPERTY_CHANGE_NOT_ALLOWED.at(
                    "properties." + field,
                    "Changing property 'properties.%s' is not allowed: it is %s and the request says %s. Add a new node pool and delete this one.",
                    field,
                    Fields.shownOrNothing(kept.path(field)),
                    Fields.shownOrNothing(pool.path(field)));
        }
    }

    private static void removeNulls(ObjectNode pool) {
        List<String> nulls = Optional.of(pool).stream()
                .flatMap(each -> each.properties().stream())
                .filter(entry -> entry.getValue().isNull())
                .map(Map.Entry::getKey)
                .toList();
        nulls.forEach(pool::remove);
    }

    private static void dropEmptyTexts(ObjectNode request) {
        for (String field : CHOSEN_BY_SERVICE) {
            if (Fields.text(request, field).isEmpty()) {
                request.remove(field);
            }
        }
    }
}
