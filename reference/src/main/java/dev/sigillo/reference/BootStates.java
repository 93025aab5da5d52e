package dev.sigillo.reference;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.attest.ReferenceStates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.reference.BootPlan.Part;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Every state that a machine may boot in between two updates: each package's files are the old or the new ones. A kernel
 * goes together with its initrd and the configuration that names it; what would not boot is no state.
 */
public final class BootStates {

    private static final int MOST_UNITS = 6;

    private final BootPlan plan;
    private final List<Unit> units = new ArrayList<>();

    /** Files that change together. */
    private record Unit(String name, List<Part> parts) {}

    private BootStates(BootPlan plan) {
        this.plan = plan;
    }

    /**
     * @throws MalformedException if a file is not of its form
     * @throws UnpredictableException if files are missing, or tell too little, or the updated machine would not boot
     */
    public static ReferenceStates of(BootPlan plan) throws MalformedException, UnpredictableException {
        BootStates states = new BootStates(plan);
        states.findUnits();
        return states.all();
    }

    private void findUnits() throws UnpredictableException {
        for (Part part : Part.values()) {
            if (!plan.old().containsKey(part)) {
                continue;
            }
            if (!plan.files().containsKey(part)) {
                throw new UnpredictableException(
                        "there is an old " + part.shown() + " and no new one: name the file that took its place");
            }
            boolean ofKernel = (part == Part.INITRD || part == Part.GRUB_CONFIGURATION) && differs(Part.KERNEL);
            if (differs(part) && !ofKernel) {
                units.add(new Unit(
                        part.shown(),
                        part == Part.KERNEL
                                ? List.of(Part.KERNEL, Part.INITRD, Part.GRUB_CONFIGURATION)
                                : List.of(part)));
            }
        }
        if (differs(Part.KERNEL)
                && plan.files().containsKey(Part.INITRD)
                && !plan.old().containsKey(Part.INITRD)) {
            throw new UnpredictableException("there is an old kernel and no old initrd, which has the kernel's modules:"
                    + " name the old initrd, or say that it is the same");
        }
        boolean taken = plan.taken().stream()
                .anyMatch(pcr -> !FirmwareLog.FIRMWARE.contains(pcr.pcr()) && pcr.pcr() != BootDisk.PCR);
        if (units.size() > MOST_UNITS || (taken && !units.isEmpty())) {
            throw new UnpredictableException(
                    taken
                            ? "a PCR that is taken from a log is that of one state: take one only without old files"
                            : units.size() + " parts differ, at most " + MOST_UNITS + " are combined");
        }
    }

    private boolean differs(Part part) {
        Bytes old = plan.old().get(part);
        Bytes now = plan.files().get(part);
        return old != null && now != null && !old.equals(now);
    }

    private ReferenceStates all() throws MalformedException, UnpredictableException {
        List<ReferenceStates.State> states = new ArrayList<>();
        for (int choice = 0; choice < 1 << units.size(); choice++) {
            Map<Part, Bytes> files = new EnumMap<>(Part.class);
            files.putAll(plan.files());
            List<String> words = new ArrayList<>();
            for (int unit = 0; unit < units.size(); unit++) {
                boolean old = (choice >> unit & 1) == 1;
                words.add((old ? "old " : "new ") + units.get(unit).name());
                if (old) {
                    for (Part part : units.get(unit).parts()) {
                        Bytes before = plan.old().get(part);
                        if (before != null) {
                            files.put(part, before);
                        }
                    }
                }
            }
            String name = String.join(", ", words);
            try {
                states.add(new ReferenceStates.State(words.isEmpty() ? plan.name() : name, manifest(files, name)));
            } catch (UnpredictableException unpredictable) {
                if (choice == 0 || !unpredictable.wouldNotBoot()) {
                    throw unpredictable;
                }
            }
        }
        return new ReferenceStates(states);
    }

    private ReferenceManifest manifest(Map<Part, Bytes> files, String state)
            throws MalformedException, UnpredictableException {
        String name = state.isEmpty() ? plan.name() : plan.name() + " (" + state + ")";
        return new PlannedBoot(plan, files).manifest(name).withFirmware(plan.taken());
    }
}
