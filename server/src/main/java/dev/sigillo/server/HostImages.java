package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.NodeImages;
import dev.sigillo.store.PoolRecord;
import dev.sigillo.store.Store;
import java.util.List;
import java.util.function.Supplier;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code Sigillo.Host/nodeImages}, ours: the node images of this host, and who uses them. There is no way to add one over
 * the API: what counts carries the signature of a key that only the owner of the host's cache can read.
 */
final class HostImages {
    private static final String TYPE = "Sigillo.Host/nodeImages";
    private static final String PATH = "/subscriptions/{subscription}/providers/" + TYPE;

    private final Store store;
    private final Scope scope;
    private final Supplier<List<HostImage>> images;

    /**
     * One image.
     *
     * @param version node image version
     * @param kubernetes full version
     * @param kernel release
     * @param rootHash of its root file system, hex
     * @param signer SHA-256 of the public key whose signature it carries, hex
     * @param newest it is what new pools of its Kubernetes are made from
     */
    record HostImage(
            String version, String kubernetes, String kernel, String rootHash, String signer, boolean newest) {}

    /** @param images asked at each request: they come and go */
    HostImages(Store store, Scope scope, Supplier<List<HostImage>> images) {
        this.store = store;
        this.scope = scope;
        this.images = images;
    }

    void register(Routes routes) {
        routes.add(
                "GET",
                PATH,
                _ -> ArmReply.list(images.get().stream().map(this::view).toList()));
        routes.add("GET", PATH + "/{image}", request -> ArmReply.ok(view(find(request.parameter("image")))));
    }

    private HostImage find(String version) {
        return images.get().stream()
                .filter(image -> ArmId.same(image.version(), version))
                .findFirst()
                .orElseThrow(() -> ArmError.NOT_FOUND.because(
                        "There is no node image '%s' on this host; sigillo image list names those there are.",
                        Routes.printable(version)));
    }

    private ObjectNode view(HostImage image) {
        ObjectNode node = Json.newObject();
        node.put("id", ArmId.subscription(scope.subscription()) + "/providers/" + TYPE + "/" + image.version());
        node.put("name", image.version());
        node.put("type", TYPE);
        ObjectNode properties = node.putObject("properties");
        properties.put("kubernetesVersion", image.kubernetes());
        properties.put("newest", image.newest());
        properties.put("kernel", image.kernel());
        properties.put("rootHash", image.rootHash());
        properties.put("signer", image.signer());
        ArrayNode pools = properties.putArray("agentPools");
        store.clusters().list().stream()
                .flatMap(cluster -> store.pools().listOfCluster(cluster.id()).stream())
                .filter(pool ->
                        NodeImages.built(pool.desired().nodeImageVersion()).equals(image.version()))
                .map(HostImages::id)
                .forEach(pools::add);
        ArrayNode machines = properties.putArray("machines");
        store.machines().list().stream()
                .filter(machine -> NodeImages.built(machine.imageVersion()).equals(image.version()))
                .map(machine -> ArmId.machine(machine.clusterId(), machine.pool(), machine.nodeName()))
                .forEach(machines::add);
        return node;
    }

    private static String id(PoolRecord pool) {
        return ArmId.pool(pool.clusterId(), pool.name());
    }
}
