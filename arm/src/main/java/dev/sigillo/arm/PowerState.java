package dev.sigillo.arm;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code properties.powerState} of a cluster: what {@code az aks stop} and {@code start} ask for. */
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

    public void putInto(ObjectNode properties) {
        properties.putObject(FIELD).put(CODE, wire);
    }
}
