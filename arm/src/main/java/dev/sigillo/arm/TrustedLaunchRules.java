package dev.sigillo.arm;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a pool with Secure Boot or vTPM cannot be (AKS documentation, Trusted Launch, limitations).
 *
 * <p>Every conflict has the code {@code TrustedLaunchIncompatibleWithConfig} and is named, all of them at once: the worst
 * of Azure's messages is the one that lists what might be wrong without saying what is.
 */
final class TrustedLaunchRules {
    private record Conflict(String target, String reason) {}

    private final Sizes sizes;

    TrustedLaunchRules(Sizes sizes) {
        this.sizes = sizes;
    }

    /** @param version the Kubernetes version asked for; may be one that is not known */
    void check(String pool, ObjectNode desired, String version) {
        boolean vtpm = Fields.flag(desired.path("securityProfile"), "enableVTPM");
        boolean secureBoot = Fields.flag(desired.path("securityProfile"), "enableSecureBoot");
        if (!vtpm && !secureBoot) {
            return;
        }
        List<Conflict> conflicts = conflicts(desired, version, secureBoot);
        if (conflicts.isEmpty()) {
            return;
        }
        String flags = vtpm && secureBoot ? "vTPM and Secure Boot" : vtpm ? "vTPM" : "Secure Boot";
        throw ArmError.TRUSTED_LAUNCH_INCOMPATIBLE.at(
                conflicts.getFirst().target(),
                "Trusted Launch (%s) cannot be used for agent pool '%s': %s. Change that, or leave out --enable-vtpm and --enable-secure-boot.",
                flags,
                pool,
                String.join("; ", conflicts.stream().map(Conflict::reason).toList()));
    }

    /**
     * Virtual nodes run beside the pools and have no machine under them.
     *
     * @param cluster the properties of a request
     * @param pools what it says of pools, or what is kept of them
     * @throws ArmException TRUSTED_LAUNCH_INCOMPATIBLE if the cluster asks for them and a pool for Trusted Launch
     */
    static void checkVirtualNodes(ObjectNode cluster, List<ObjectNode> pools) {
        boolean virtualNodes = Fields.object(cluster, "addonProfiles").properties().stream()
                .anyMatch(addon ->
                        ArmId.same(addon.getKey(), "aciConnectorLinux") && Fields.flag(addon.getValue(), "enabled"));
        boolean trusted = pools.stream()
                .map(pool -> pool.path("securityProfile"))
                .anyMatch(security -> Fields.flag(security, "enableVTPM") || Fields.flag(security, "enableSecureBoot"));
        if (virtualNodes && trusted) {
            throw ArmError.TRUSTED_LAUNCH_INCOMPATIBLE.at(
                    "properties.addonProfiles.aciConnectorLinux",
                    "Trusted Launch cannot be used in a cluster with the virtual node add-on (aciConnectorLinux): virtual nodes have no machine that could be measured. Leave the add-on out, or --enable-vtpm and --enable-secure-boot.");
        }
    }

    private List<Conflict> conflicts(ObjectNode desired, String version, boolean secureBoot) {
        List<Conflict> found = new ArrayList<>();
        String osSku = Fields.text(desired, "osSKU").orElse("");
        if (PoolRules.isWindows(desired)) {
            found.add(new Conflict("properties.osType", "Windows node pools do not support it"));
        } else if (ArmId.same(osSku, "CBLMariner") || ArmId.same(osSku, "Mariner")) {
            found.add(new Conflict("properties.osSKU", "the OS SKU " + osSku + " has no Trusted Launch image"));
        }
        if (KubernetesVersions.isBeforeTrustedLaunch(version)) {
            found.add(new Conflict(
                    "properties.orchestratorVersion",
                    "it needs Kubernetes " + KubernetesVersions.FIRST_WITH_TRUSTED_LAUNCH
                            + " or later, and the version asked for is " + version));
        }
        if (Fields.flag(desired, "enableFIPS")) {
            found.add(new Conflict("properties.enableFIPS", "there is no FIPS image with Trusted Launch"));
        }
        if (Fields.text(desired, "type")
                .filter(type -> ArmId.same(type, "AvailabilitySet"))
                .isPresent()) {
            found.add(new Conflict(
                    "properties.type",
                    "availability sets do not support it, only agent pools of type VirtualMachineScaleSets do"));
        }
        Fields.text(desired, "workloadRuntime")
                .filter(runtime -> ArmId.key(runtime).startsWith("kata"))
                .ifPresent(runtime -> found.add(new Conflict(
                        "properties.workloadRuntime",
                        "Pod Sandboxing (" + Fields.clip(runtime) + ") does not support it")));
        size(desired, secureBoot).ifPresent(found::add);
        return found;
    }

    private Optional<Conflict> size(ObjectNode desired, boolean secureBoot) {
        Optional<Size> size = Fields.text(desired, "vmSize").flatMap(sizes::find);
        if (size.isEmpty()) {
            return Optional.empty();
        }
        String name = size.get().name();
        if (size.get().isGeneration1Only()) {
            return Optional.of(new Conflict(
                    "properties.vmSize",
                    "the size " + name + " is for generation 1 machines only, which have no UEFI" + image(desired)));
        }
        if (size.get().isConfidential()) {
            return Optional.of(new Conflict(
                    "properties.vmSize", "the size " + name + " is of confidential machines, which are another kind"));
        }
        if (size.get().isArm64()) {
            return Optional.of(new Conflict("properties.vmSize", "the size " + name + " is Arm64"));
        }
        if (size.get().isTrustedLaunchDisabled()) {
            return Optional.of(
                    new Conflict("properties.vmSize", "the size " + name + " has TrustedLaunchDisabled=True"));
        }
        if (size.get().gpus() > 0 && secureBoot && installsGpuDriver(desired)) {
            return Optional.of(new Conflict(
                    "properties.gpuProfile",
                    "Secure Boot refuses the GPU driver that would be installed on the size " + name
                            + " (--gpu-driver None leaves it out)"));
        }
        return OsDisk.conflict(desired, size.get()).map(reason -> new Conflict("properties.osDiskSizeGB", reason));
    }

    /** By the field, or by the tag that came before it. */
    static boolean installsGpuDriver(ObjectNode desired) {
        boolean none = Fields.text(Fields.object(desired, "gpuProfile"), "driver")
                .filter(each -> ArmId.same(each, "None"))
                .isPresent();
        boolean skipped = Fields.text(Fields.object(desired, "tags"), "SkipGPUDriverInstall")
                .filter(each -> ArmId.same(each, "true"))
                .isPresent();
        return !none && !skipped;
    }

    /** Of a pool that there is, the image it was made from. */
    private static String image(ObjectNode desired) {
        return Fields.text(desired, "nodeImageVersion")
                .map(version ->
                        ", and its node image " + version + " is no Trusted Launch image: add a pool of another size")
                .orElse("");
    }
}
