package dev.sigillo.evidence;

import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

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
        if (!json.utf8().contains('"' + FORMAT + '"')) {
            return ReferenceStates.of(ManifestJson.read(json));
        }
        WireSet wire = Json.read(json.utf8(), WireSet.class, "reference manifests");
        if (!wire.format().equals(FORMAT)) {
            throw new MalformedException("format", 0, wire.format() + ", " + FORMAT + " expected");
        }
        if (wire.states().isEmpty() || wire.states().size() > MOST) {
            throw new MalformedException("states", 0, wire.states().size() + ", 1 to " + MOST + " expected");
        }
        List<ReferenceStates.State> states = new ArrayList<>();
        for (WireState state : wire.states()) {
            if (states.stream().anyMatch(other -> other.name().equals(state.state()))) {
                throw new MalformedException("states", 0, "\"" + state.state() + "\" twice");
            }
            states.add(new ReferenceStates.State(state.state(), ManifestJson.manifest(state.manifest())));
        }
        return new ReferenceStates(states);
    }
}
