package dev.sigillo.portal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * A verdict as the chain that a boot is: firmware → shim → GRUB → kernel → agent, and the proof of it all. Each finding is
 * under the link that it is about; a finding of an unknown check is under the proof, so that none is lost.
 */
record BootChain(List<Link> links) {
    /** A part of the boot, in its order. */
    enum Stage {
        FIRMWARE("Firmware", "UEFI firmware, its settings and the Secure Boot keys"),
        SHIM("shim", "what the firmware starts, and the keys it brings"),
        GRUB("GRUB", "the boot loader and what it was told"),
        KERNEL("Kernel", "kernel, initrd, command line and drivers"),
        AGENT("Agent", "what enrols the node, and the TPM key it enrols by"),
        PROOF("Proof", "quote, event log and reference manifest that all of it rests on");

        private final String title;
        private final String meaning;

        Stage(String title, String meaning) {
            this.title = title;
            this.meaning = meaning;
        }

        String title() {
            return title;
        }

        String meaning() {
            return meaning;
        }
    }

    /**
     * @param facts signer, authority, SBAT and more, as the event log shows them
     * @param broken findings that do not hold
     * @param held findings that do
     */
    record Link(Stage stage, String tone, String word, List<Fact> facts, List<Finding> broken, List<Finding> held) {}

    record Fact(String name, String value) {}

    /** @param missing what an undecided finding lacks; empty for others */
    record Finding(
            String check,
            String rule,
            String outcome,
            String component,
            String expected,
            String was,
            String where,
            String missing) {
        static Finding of(JsonNode node) {
            return new Finding(
                    node.path("check").asString(""),
                    node.path("rule").asString(""),
                    node.path("outcome").asString(""),
                    node.path("component").asString(""),
                    node.path("expected").asString(""),
                    node.path("was").asString(""),
                    node.path("where").asString(""),
                    node.path("missing").asString(""));
        }

        boolean holds() {
            return outcome.equals("held");
        }
    }

    private static final Map<String, Stage> STAGES = stages();

    private static Map<String, Stage> stages() {
        Map<String, Stage> stages = new LinkedHashMap<>();
        for (int pcr : new int[] {0, 1, 2, 3, 5, 6, 7}) {
            stages.put("pcr." + pcr, Stage.FIRMWARE);
        }
        stages.put("secure-boot.", Stage.FIRMWARE);
        stages.put("firmware.", Stage.FIRMWARE);
        stages.put("pcr.4", Stage.SHIM);
        stages.put("pcr.14", Stage.SHIM);
        stages.put("mok.", Stage.SHIM);
        stages.put("sbat.", Stage.SHIM);
        stages.put("boot.images", Stage.SHIM);
        stages.put("boot.revoked", Stage.SHIM);
        stages.put("pcr.8", Stage.GRUB);
        stages.put("boot.grub-commands", Stage.GRUB);
        stages.put("pcr.9", Stage.KERNEL);
        stages.put("boot.", Stage.KERNEL);
        stages.put("drivers", Stage.KERNEL);
        stages.put("ima.", Stage.KERNEL);
        stages.put("pcr.11", Stage.KERNEL);
        stages.put("pcr.12", Stage.KERNEL);
        stages.put("pcr.13", Stage.KERNEL);
        stages.put("pcr.15", Stage.AGENT);
        stages.put("ek.", Stage.AGENT);
        stages.put("ak.", Stage.AGENT);
        stages.put("csr.", Stage.AGENT);
        return stages;
    }

    /** The longest name that is the check's, or, where it ends in a dot or is a word, what the check begins with. */
    private static Stage stage(Finding finding) {
        // PCR 4 holds all boot images: a finding that names a later one belongs there.
        if (finding.check().equals("pcr.4")) {
            String component = finding.component().toLowerCase(Locale.ROOT);
            if (component.contains("grub")) {
                return Stage.GRUB;
            }
            return component.contains("kernel") || component.contains("linux") ? Stage.KERNEL : Stage.SHIM;
        }
        Stage found = Stage.PROOF;
        int length = 0;
        for (Map.Entry<String, Stage> each : STAGES.entrySet()) {
            String name = each.getKey();
            boolean exact = finding.check().equals(name);
            boolean prefix = !name.startsWith("pcr.") && finding.check().startsWith(name);
            if ((exact || prefix) && name.length() > length) {
                found = each.getValue();
                length = name.length();
            }
        }
        return found;
    }

    /** @param boot what the event log shows, if there is one */
    static BootChain of(JsonNode verdict, Optional<JsonNode> boot) {
        Map<Stage, List<Finding>> byStage = new LinkedHashMap<>();
        for (JsonNode each : verdict.path("findings")) {
            Finding finding = Finding.of(each);
            byStage.computeIfAbsent(stage(finding), _ -> new ArrayList<>()).add(finding);
        }
        List<Link> links = new ArrayList<>();
        for (Stage stage : Stage.values()) {
            List<Finding> all = byStage.getOrDefault(stage, List.of());
            List<Finding> broken =
                    all.stream().filter(finding -> !finding.holds()).toList();
            List<Finding> held = all.stream().filter(Finding::holds).toList();
            String word = broken.isEmpty()
                    ? held.isEmpty() ? "not judged" : "as expected"
                    : broken.size() + " not as expected";
            String tone = broken.isEmpty() ? held.isEmpty() ? "none" : "good" : "bad";
            links.add(new Link(
                    stage,
                    tone,
                    word,
                    boot.map(facts -> BootFactRows.of(stage, facts)).orElse(List.of()),
                    broken,
                    held));
        }
        return new BootChain(links);
    }
}
