package dev.sigillo.reconcile;

import dev.sigillo.arm.ArmError;
import dev.sigillo.store.MachineRecord;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/** Empties the machines that a roll replaces, and says which could not be emptied. */
final class RollSteps {
    private final Host host;
    private final Settlement settlement;
    private final Draining draining;
    private final Consumer<String> remove;

    /** @param remove ends a machine whose node is empty, by its id */
    RollSteps(Host host, String clusterId, Consumer<String> remove) {
        this.host = host;
        this.settlement = new Settlement(host.store(), clusterId);
        this.draining = new Draining(host);
        this.remove = remove;
    }

    /** A node whose pods may not leave goes on as before: no budget is broken, and the user is told which pods they are. */
    void retire(Action.RetireMachine retire, Plane plane) {
        Optional<MachineRecord> machine = host.store().machines().find(retire.machine());
        if (machine.isEmpty()) {
            return;
        }
        String node = machine.get().nodeName();
        if (!settlement.isUnderWay(retire.pool())) {
            return;
        }
        List<String> left = draining.node(plane, node, retire.drain(), () -> settlement.isUnderWay(retire.pool()));
        if (left.isEmpty() && settlement.retires(retire.pool(), retire.machine())) {
            remove.accept(retire.machine());
            return;
        }
        boolean aborted = left.isEmpty() || !settlement.isUnderWay(retire.pool());
        if (!aborted && retire.aside().isPresent()) {
            plane.setAside(node, retire.aside().get());
            return;
        }
        plane.uncordon(node);
        if (aborted) {
            return;
        }
        settlement.poolGaveUp(
                retire.pool(),
                ArmError.POD_DRAIN_FAILURE,
                ("Drain of node %s did not end within %d minutes: pods %s did not leave it, be it that a"
                                + " PodDisruptionBudget forbids it or that they do not end. The node goes on as before. Mend"
                                + " that and update the node pool again, or raise drainTimeoutInMinutes.")
                        .formatted(node, retire.drain().toMinutes(), Draining.shown(left)));
    }

    /** What still holds them is asked now: a node that has become empty meanwhile goes after all. */
    void end(Action.EndRoll end, Plane plane) {
        if (!settlement.isUnderWay(end.pool())) {
            return;
        }
        SortedMap<String, List<String>> held = new TreeMap<>();
        boolean someLeft = false;
        for (String id : end.machines()) {
            Optional<MachineRecord> machine = host.store().machines().find(id);
            List<String> pods = machine.map(row -> plane.pods(row.nodeName())).orElse(List.of());
            if (!pods.isEmpty()) {
                held.put(machine.orElseThrow().nodeName(), pods);
            } else if (settlement.retires(end.pool(), id)) {
                remove.accept(id);
                someLeft = true;
            }
        }
        if (!someLeft && settlement.isUnderWay(end.pool())) {
            settlement.poolGaveUp(
                    end.pool(),
                    ArmError.POD_DRAIN_FAILURE,
                    ("Nodes could not be drained in time and stay cordoned, labelled"
                                    + " kubernetes.azure.com/upgrade-status=Quarantined: %s did not leave, be it that a"
                                    + " PodDisruptionBudget forbids it or that they do not end. Mend that and update the"
                                    + " node pool again.")
                            .formatted(Draining.shown(held.entrySet().stream()
                                    .map(node -> "pods " + Draining.shown(node.getValue()) + " of " + node.getKey())
                                    .toList())));
        }
    }
}
