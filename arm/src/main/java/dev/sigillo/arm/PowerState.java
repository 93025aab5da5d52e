package dev.sigillo.arm;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code properties.powerState} of a cluster: what {@code az aks stop} and {@code start} ask for. Its pools show the same,
 * since none of them has a power of its own.
 */
public enum PowerState {
    RUNNING("Running"),
    /** The cluster has no machine and no control plane runs; what etcd holds is kept. */
    STOPPED("Stopped");

    private static final String FIELD = "powerState";
    private static final String CODE = "code";

    private final String wire;

    PowerState(String wire) {
        this.wire = wire;
    }

    /** As the properties have it; running if they do not say. */
    public static PowerState of(JsonNode properties) {
        return STOPPED.wire.equals(properties.path(FIELD).path(CODE).asString("")) ? STOPPED : RUNNING;
    }

    /**
     * Refuses what a request says of a pool's power unless it is this, in any case: az sends with every update what it
     * read, and {@code az aks nodepool stop} and {@code start} differ from that by this field alone.
     *
     * @param properties of the pool in the request, whose types were checked
     * @throws ArmException NOT_SUPPORTED with the ways out
     */
    public void requireOf(String pool, ObjectNode properties) {
        Fields.text(Fields.object(properties, FIELD), CODE)
                .filter(code -> !ArmId.same(code, wire))
                .ifPresent(code -> {
                    throw ArmError.NOT_SUPPORTED.at(
                            "properties." + FIELD,
                            "properties.powerState is not supported: no agent pool is stopped or started by itself. '%s' is %s and the request says %s. Scale a user pool to none by az aks nodepool scale --node-count 0, or turn the whole cluster off and on by az aks stop and az aks start.",
                            pool,
                            wire,
                            Fields.clip(code));
                });
    }

    public void putInto(ObjectNode properties) {
        properties.putObject(FIELD).put(CODE, wire);
    }
}
