package dev.sigillo.evidence;

import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * {@link ReferenceStates} as JSON: {@code {"format":"sigillo-manifest-set-1","states":[{"state":"new kernel, old GRUB",
 * "manifest":{…}}]}}, each manifest as {@link ManifestJson} has it. A file with one manifest alone is read as one state.
 */
public final class ManifestSetJson {

    private static final String FORMAT = "sigillo-manifest-set-1";
    private static final int MOST = 256;

    private record WireSet(String format, List<WireState> states) {}

    private record WireState(String state, ManifestJson.Wire manifest) {}

    private ManifestSetJson() {}

    /** @throws IllegalArgumentException if a manifest has an extension: it is one machine's, not an image's */
    public static Bytes write(ReferenceStates set) {
        List<WireState> states = set.states().stream()
                .map(state -> new WireState(state.name(), ManifestJson.wire(state.manifest())))
                .toList();
        return Bytes.utf8(
                Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(new WireSet(FORMAT, states)) + "\n");
    }

    /** @throws MalformedException naming the key, if one is unknown, missing, doubled or of the wrong form */
    public static ReferenceStates read(Bytes json) throws MalformedException {
        JsonObject root = JsonObject.parse("reference manifests", json);
        if (!root.textOr("format", "").equals(FORMAT)) {
            return ReferenceStates.of(ManifestJson.read(root));
        }
        root.only("format", "states");
        List<ReferenceStates.State> states = root.objects("states", MOST, ManifestSetJson::state);
        if (states.isEmpty()) {
            throw new MalformedException("states", 0, "0, 1 to " + MOST + " expected");
        }
        Set<String> names = new HashSet<>();
        for (ReferenceStates.State state : states) {
            if (!names.add(state.name())) {
                throw new MalformedException("states", 0, "\"" + state.name() + "\" twice");
            }
        }
        return new ReferenceStates(states);
    }

    private static ReferenceStates.State state(JsonObject state) throws MalformedException {
        state.only("state", "manifest");
        return new ReferenceStates.State(state.text("state"), ManifestJson.read(state.object("manifest")));
    }
}
