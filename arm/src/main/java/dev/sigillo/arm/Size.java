package dev.sigillo.arm;

import java.util.Map;
import java.util.Optional;

/**
 * A machine size: what Azure reports for it and what it gets on this host.
 *
 * @param memoryGiB as Azure reports it
 * @param ephemeralGiB the largest ephemeral OS disk that Azure allows for it; absent where Azure has none
 * @param azure Azure's capabilities by name, e.g. {@code HyperVGenerations}
 * @param here absent when this host cannot run the size
 */
public record Size(
        String name,
        String family,
        int cores,
        int memoryGiB,
        int resourceDiskGiB,
        int maxDataDisks,
        Optional<Integer> ephemeralGiB,
        Map<String, String> azure,
        Optional<Here> here) {

    /** What a machine of the size gets here. */
    public record Here(int cpus, int memoryMiB, int diskGiB) {}

    public boolean isGeneration1Only() {
        return "V1".equals(azure.getOrDefault("HyperVGenerations", "V1"));
    }

    /** An ephemeral OS disk may not be larger, in GiB; where Azure has none, the disk that a machine gets here fits with Trusted Launch. */
    public int largestEphemeralDisk() {
        return ephemeralGiB
                .or(() -> here.map(each -> each.diskGiB() + OsDisk.GUEST_STATE_GIB))
                .orElse(0);
    }

    /** Of machines whose memory the processor encrypts (SEV-SNP, TDX). */
    public boolean isConfidential() {
        return azure.containsKey("ConfidentialComputingType");
    }

    public boolean isArm64() {
        return "Arm64".equals(azure.get("CpuArchitectureType"));
    }

    /** GPUs of a machine of the size. */
    public int gpus() {
        return Integer.parseInt(azure.getOrDefault("GPUs", "0"));
    }

    /** Azure's own mark for Gen2 sizes without Trusted Launch. */
    public boolean isTrustedLaunchDisabled() {
        return "True".equalsIgnoreCase(azure.getOrDefault("TrustedLaunchDisabled", "False"));
    }
}
