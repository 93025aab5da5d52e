package dev.sigillo.arm;

import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** The fields of a pool that hold one of a few words: taken in any case, kept in the service's own spelling. */
final class PoolWords {
    /** A field and what it may hold. */
    private record Words(String field, List<String> allowed) {}

    private static final List<Words> ALL = List.of(
            words("osType", "Linux"),
            words("osSKU", "Ubuntu", "Ubuntu2204", "Ubuntu2404", "AzureLinux", "AzureLinux3", "CBLMariner", "Mariner"),
            words("mode", "System", "User"),
            words("osDiskType", "Ephemeral", "Managed"),
            words("kubeletDiskType", "OS", "Temporary"),
            words("scaleDownMode", "Delete", "Deallocate"),
            words("scaleSetPriority", "Regular", "Spot"),
            words("scaleSetEvictionPolicy", "Delete", "Deallocate"));

    private PoolWords() {}

    /** @throws ArmException INVALID_PARAMETER naming the first field that holds another word, with those that it may hold */
    static void spell(ObjectNode pool) {
        ALL.forEach(words -> Fields.spell("properties.", pool, words.field(), words.allowed()));
        ObjectNode gpu = Fields.object(pool, "gpuProfile");
        Fields.spell("properties.gpuProfile.", gpu, "driver", List.of("Install", "None"));
    }

    private static Words words(String field, String... allowed) {
        return new Words(field, List.of(allowed));
    }
}
