package dev.sigillo.arm;

/** Which node image new machines are made from. */
@FunctionalInterface
public interface NodeImages {
    /**
     * The version of the newest image with that Kubernetes, e.g. {@code SigilloDebian-13gen2TLcontainerd-202611.24.0}:
     * always one that can do Trusted Launch, also for pools without flags.
     *
     * @param kubernetes full version
     * @throws ArmException if there is none
     */
    String versionFor(String osSku, String kubernetes);

    /**
     * What the image is called for pools of a generation 1 size, e.g. {@code SigilloDebian-13gen1containerd-202611.24.0}.
     * The files are the same; its machines have neither vTPM nor Secure Boot, and never will.
     */
    static String generation1(String version) {
        return version.replace("gen2TL", "gen1");
    }

    /** The version that the image was built under, of either name. */
    static String built(String version) {
        return version.replace("-13gen1containerd-", "-13gen2TLcontainerd-");
    }

    /** Whether it is a name of {@link #generation1}. */
    static boolean isGeneration1(String version) {
        return !built(version).equals(version);
    }
}
