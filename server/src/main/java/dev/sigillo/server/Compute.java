package dev.sigillo.server;

import dev.sigillo.arm.Json;
import dev.sigillo.arm.Location;
import dev.sigillo.arm.Locations;
import dev.sigillo.arm.Size;
import dev.sigillo.arm.Sizes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code az vm list-skus} and {@code az vm list-sizes}: the size catalogue in Azure's form, one entry a size and region. */
final class Compute {
    private static final int MIB_PER_GIB = 1024;

    private final Sizes sizes;
    private final Locations locations;

    Compute(Sizes sizes, Locations locations) {
        this.sizes = sizes;
        this.locations = locations;
    }

    void register(Routes routes) {
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                "/subscriptions/{subscription}/providers/Microsoft.Compute/skus",
                this::skus);
        routes.add(
                Route.Access.ANY_ROLE,
                "GET",
                "/subscriptions/{subscription}/providers/Microsoft.Compute/locations/{location}/vmSizes",
                this::vmSizes);
    }

    private ArmReply skus(ArmRequest request) {
        List<ObjectNode> skus = new ArrayList<>();
        for (Size size : sizes.all()) {
            for (Location location : locations.all()) {
                skus.add(sku(size, location.name()));
            }
        }
        return ArmReply.list(skus);
    }

    private ArmReply vmSizes(ArmRequest request) {
        locations.require(request.parameter("location"), "locations/vmSizes");
        return ArmReply.list(sizes.all().stream().map(Compute::vmSize).toList());
    }

    private static ObjectNode sku(Size size, String location) {
        ObjectNode sku = Json.newObject();
        sku.put("resourceType", "virtualMachines");
        sku.put("name", size.name());
        sku.put("tier", "Standard");
        sku.put("size", size.name().substring("Standard_".length()));
        sku.put("family", size.family());
        sku.putArray("locations").add(location);
        ObjectNode info = sku.putArray("locationInfo").addObject();
        info.put("location", location);
        // There is one host, so there are no zones to choose from.
        info.putArray("zones");
        info.putArray("zoneDetails");
        ArrayNode capabilities = sku.putArray("capabilities");
        Map<String, String> all = new TreeMap<>(size.azure());
        all.put("vCPUs", Integer.toString(size.cores()));
        all.put("MemoryGB", Integer.toString(size.memoryGiB()));
        all.put("MaxDataDiskCount", Integer.toString(size.maxDataDisks()));
        all.put("MaxResourceVolumeMB", Integer.toString(size.resourceDiskGiB() * MIB_PER_GIB));
        size.here().ifPresent(here -> {
            // Ours, so that nobody takes the Azure figures for what the machine has.
            all.put("SigilloVCPUs", Integer.toString(here.cpus()));
            all.put("SigilloMemoryMiB", Integer.toString(here.memoryMiB()));
        });
        all.forEach((name, value) -> capabilities.addObject().put("name", name).put("value", value));
        // None even for what this host cannot run: az would hide the size, and its refusal says why.
        sku.putArray("restrictions");
        return sku;
    }

    private static ObjectNode vmSize(Size size) {
        ObjectNode node = Json.newObject();
        node.put("name", size.name());
        node.put("numberOfCores", size.cores());
        node.put("osDiskSizeInMB", 1_047_552);
        node.put("resourceDiskSizeInMB", size.resourceDiskGiB() * MIB_PER_GIB);
        node.put("memoryInMB", size.memoryGiB() * MIB_PER_GIB);
        node.put("maxDataDiskCount", size.maxDataDisks());
        return node;
    }
}
