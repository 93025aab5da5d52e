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
}
