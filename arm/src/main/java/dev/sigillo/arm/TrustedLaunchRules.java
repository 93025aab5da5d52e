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
                    "the size " + name + " is for generation 1 machines only, which have no UEFI"));
        }
        if (size.get().isArm64()) {
            return Optional.of(new Conflict("properties.vmSize", "the size " + name + " is Arm64"));
        }
        if (size.get().isTrustedLaunchDisabled()) {
            return Optional.of(
                    new Conflict("properties.vmSize", "the size " + name + " has TrustedLaunchDisabled=True"));
        }
        boolean driver = !Fields.text(Fields.object(desired, "gpuProfile"), "driver")
                .filter(each -> ArmId.same(each, "None"))
                .isPresent();
        if (size.get().hasGpu() && secureBoot && driver) {
            return Optional.of(new Conflict(
                    "properties.gpuProfile",
                    "Secure Boot refuses the GPU driver that would be installed on the size " + name
                            + " (--gpu-driver None leaves it out)"));
        }
        return Optional.empty();
    }
}
