package dev.sigillo.enrolment;

import dev.sigillo.arm.ArmError;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Phase;
import dev.sigillo.store.Store;

/** Finds the machine that a request is about: by what it says, and by the address that its tap's filter holds it to. */
final class Rows {
    private final Store store;
    private final Terms terms;

    Rows(Store store, Terms terms) {
        this.store = store;
        this.terms = terms;
    }

    /** The machine as it is now; refused if it was given up, is another cluster's, or speaks from another's address. */
    MachineRecord require(String clusterId, String remoteAddress, String id) throws EnrolmentRefused {
        MachineRecord machine = store.machines()
                .find(id)
                .filter(row ->
                        row.clusterId().equals(clusterId) && row.address().equals(remoteAddress))
                .orElseThrow(() -> new EnrolmentRefused(
                        404, "UnknownMachine", "no machine of that id has the address " + remoteAddress));
        if (machine.failure().isPresent() && !mayRecover(machine)) {
            throw new EnrolmentRefused(
                    403,
                    "MachineRefused",
                    "this machine was refused: " + machine.failure().get().message());
        }
        return machine;
    }

    /** Whether a later boot of it is looked at: later than the one that was refused, which a machine that fell silent has not. */
    private boolean mayRecover(MachineRecord machine) {
        return machine.phase() == Phase.QUARANTINED
                && machine.failure()
                        .filter(failure -> failure.code().equals(ArmError.ATTESTATION_FAILED.code()))
                        .isPresent()
                && machine.vtpm()
                && terms.recoversByReboot(machine);
    }

    /** As above, for the one way of joining that a machine of its kind has. */
    MachineRecord require(String clusterId, String remoteAddress, String id, boolean vtpm) throws EnrolmentRefused {
        MachineRecord machine = require(clusterId, remoteAddress, id);
        if (machine.vtpm() != vtpm) {
            throw EnrolmentRefused.outOfTurn(
                    vtpm
                            ? "this machine has no vTPM and joins by token"
                            : "this machine has a vTPM and joins by a quote");
        }
        return machine;
    }
}
