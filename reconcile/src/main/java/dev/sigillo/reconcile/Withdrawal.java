package dev.sigillo.reconcile;

import dev.sigillo.machine.MachineId;
import dev.sigillo.store.MachineRecord;
import java.util.List;
import java.util.Optional;

/**
 * What follows when the row says that a machine's trust is withdrawn, the surest first: its port is cut, the API server
 * denies it, its labels go and the taint comes, people are told on the Node, and its pods are deleted, since a kubelet that
 * is denied never hears of an eviction. Each part may fail without the others, and all may be repeated.
 */
final class Withdrawal {
    private static final System.Logger LOG = System.getLogger(Withdrawal.class.getName());

    private final Host host;

    Withdrawal(Host host) {
        this.host = host;
    }

    /**
     * @param plane of its cluster, if its network is open
     * @param prepared whether the API server was prepared, and has the machine's Node
     * @param reason of the Event, in one word
     * @param why the Event's message: names the component
     * @return whether all of it was done
     */
    boolean carryOut(MachineRecord machine, Optional<Plane> plane, boolean prepared, String reason, String why) {
        String node = machine.nodeName();
        boolean cut = attempt(node, "cut off", () -> host.engine().isolate(new MachineId(machine.machineId()), true));
        if (plane.isEmpty()) {
            return false;
        }
        boolean denied = attempt(node, "denied by the API server", plane.get()::quarantine);
        boolean marked = prepared && mark(plane.get(), node, reason, why);
        boolean emptied = prepared && attempt(node, "emptied", () -> plane.get().drain(node, true));
        return cut && denied && marked && emptied;
    }

    /** The Event is posted once: with the first mark. */
    private static boolean mark(Plane plane, String node, String reason, String why) {
        return attempt(node, "marked untrusted", () -> {
            boolean told = plane.nodes().stream()
                    .filter(view -> view.name().equals(node))
                    .anyMatch(Labels::withoutTrust);
            plane.setTrust(node, Labels.noTrust(), List.of(Labels.UNTRUSTED));
            if (!told) {
                plane.event(node, reason, why);
            }
        });
    }

    private static boolean attempt(String node, String what, Runnable part) {
        try {
            part.run();
            return true;
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "node " + node + " could not be " + what + "; it is tried again", e);
            return false;
        }
    }
}
