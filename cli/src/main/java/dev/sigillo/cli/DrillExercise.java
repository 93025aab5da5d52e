package dev.sigillo.cli;

import dev.sigillo.arm.DrillFault;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/**
 * One fault, and the alert that must follow.
 *
 * @param alerts kinds of alert of which one must come
 * @param component what it must name
 * @param member whether the fault comes over a node that has joined; else over a machine before its first boot
 */
record DrillExercise(DrillFault fault, Set<String> alerts, String component, boolean member) {
    private static final String FAILED = "AttestationFailed";

    static final List<DrillExercise> ALL = List.of(
            before(DrillFault.UNSIGNED_KERNEL, "kernel", FAILED),
            before(DrillFault.INITRD, "initrd", FAILED),
            before(DrillFault.COMMAND_LINE, "kernel command line", FAILED),
            // The host sees it in the variable store before the log does.
            before(DrillFault.SECURE_BOOT_OFF, "Secure Boot variable", FAILED, "HostWitness"),
            before(DrillFault.FORGED_LOG, "event log, PCR 4 (boot loader)", FAILED),
            before(DrillFault.SUBSTITUTED_PCR, "PCR values", FAILED),
            member(DrillFault.CLONED_VTPM, "AK", "CloneSuspected"),
            member(DrillFault.SILENT_AGENT, "attestation", "AttestationMissed"),
            member(DrillFault.UNSIGNED_MODULE, "driver dummy", "UnsignedModule"));

    static DrillExercise of(DrillFault fault) {
        return ALL.stream().filter(each -> each.fault() == fault).findFirst().orElseThrow();
    }

    private static DrillExercise before(DrillFault fault, String component, String... alerts) {
        return new DrillExercise(fault, Set.of(alerts), component, false);
    }

    private static DrillExercise member(DrillFault fault, String component, String... alerts) {
        return new DrillExercise(fault, Set.of(alerts), component, true);
    }

    /**
     * Whether it is the alert that must come.
     *
     * @param member the machine that had joined before the fault; of a cloned vTPM, it is the one that is named
     */
    boolean isNoticedBy(JsonNode alert, Optional<Node> member) {
        boolean ofMember =
                member.filter(node -> !node.machineId().equals(machine(alert))).isEmpty();
        return ofMember
                && alerts.contains(Fields.text(alert, "properties", "alertType"))
                && component.equals(component(alert));
    }

    static String machine(JsonNode alert) {
        return Fields.text(alert, "properties", "extendedProperties", "machineId");
    }

    static String component(JsonNode alert) {
        return Fields.text(alert, "properties", "extendedProperties", "component");
    }
}
