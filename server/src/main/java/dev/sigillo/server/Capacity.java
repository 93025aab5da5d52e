package dev.sigillo.server;

/** Whether the host can carry what a request asks for. Called while the store is locked: must be quick. */
@FunctionalInterface
public interface Capacity {
    /**
     * @param before what is accepted already
     * @param after the same with the request; never asked when the request takes no more than there was
     * @throws dev.sigillo.arm.ArmException NO_HOST_CAPACITY saying what was asked for and what is free
     */
    void require(Demand before, Demand after);
}
