package dev.sigillo.cli;

import dev.sigillo.arm.ArmId;
import tools.jackson.databind.JsonNode;

/** A machine of a pool, as {@code GET …/agentPools/{p}/machines} shows it, with Sigillo's own fields in its properties. */
record Node(String clusterId, String pool, JsonNode machine) {
    String id() {
        return Fields.text(machine, "id");
    }

    /** The name of the Kubernetes Node; the machine's name while it has none. */
    String name() {
        String node = Fields.text(machine, "properties", "nodeName");
        return node.isEmpty() ? Fields.text(machine, "name") : node;
    }

    boolean isCalled(String name) {
        return name().equals(name)
                || Fields.text(machine, "name").equals(name)
                || machineId().equals(name);
    }

    String cluster() {
        return ArmId.name(clusterId);
    }

    String resourceGroup() {
        String[] segments = clusterId.split("/");
        return segments.length > 4 ? segments[4] : "";
    }

    String phase() {
        return Fields.text(machine, "properties", "phase");
    }

    boolean ready() {
        return phase().equalsIgnoreCase("READY");
    }

    boolean failed() {
        return phase().equalsIgnoreCase("FAILED");
    }

    /** Its node is being emptied, or the machine removed. */
    boolean retiring() {
        return Fields.flag(machine, "properties", "retiring");
    }

    /** Let into the cluster, Ready or about to be. */
    boolean admitted() {
        return ready() || phase().equalsIgnoreCase("ADMITTED");
    }

    String machineId() {
        return Fields.text(machine, "properties", "machineId");
    }

    /** It ended by itself; the server is about to replace it. */
    boolean lost() {
        return phase().equalsIgnoreCase("LOST");
    }

    String address() {
        String address = Fields.text(machine, "properties", "address");
        if (!address.isEmpty()) {
            return address;
        }
        return Fields.text(
                machine.path("properties").path("network").path("ipAddresses").path(0), "ip");
    }

    String image() {
        String image = Fields.text(machine, "properties", "imageVersion");
        return image.isEmpty() ? Fields.text(machine, "properties", "nodeImageVersion") : image;
    }

    boolean secureBoot() {
        return Fields.flag(machine, "properties", "securityProfile", "enableSecureBoot");
    }

    boolean vtpm() {
        return Fields.flag(machine, "properties", "securityProfile", "enableVTPM");
    }

    /** What went wrong with the machine; empty when nothing did. */
    String failure() {
        return Fields.text(machine, "properties", "failure");
    }

    /** Its verdict, though it passed, counts no more. */
    boolean ranOut() {
        return admitted() && Fields.text(machine, "properties", "trust").equals("untrusted");
    }

    JsonNode verdict() {
        return machine.path("properties").path("verdict");
    }
}
