package dev.sigillo.reconcile;

import dev.sigillo.arm.OnUntrusted;
import dev.sigillo.machine.MachineId;
import dev.sigillo.store.AlertCause;
import dev.sigillo.store.AlertKind;
import dev.sigillo.store.MachineRecord;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Tells people of nodes that have stopped attesting themselves, and of machines that Secure Boot did not let boot. */
final class Silence {
    private static final System.Logger LOG = System.getLogger(Silence.class.getName());

    private static final int CONSOLE = 64 * 1024;

    private final Host host;
    /** Of pools that want to be told alone: whom this server has told of, until it is heard of again. */
    private final Set<String> told = new HashSet<>();

    Silence(Host host) {
        this.host = host;
    }

    static String words(MachineRecord machine) {
        return "node " + machine.nodeName() + " has not attested itself since its last verdict ran out at "
                + machine.trustEnds().map(Object::toString).orElse("its start");
    }

    /** Where nothing else is to follow: once for each time that a verdict runs out. */
    void look(List<MachineRecord> machines) {
        Instant now = host.clock().instant();
        for (MachineRecord machine : machines) {
            boolean silent = machine.isLetIn()
                    && machine.trustEnds().filter(now::isAfter).isPresent();
            if (!silent) {
                told.remove(machine.machineId());
            } else if (asksForAlertAlone(machine) && told.add(machine.machineId())) {
                tell(machine);
            }
        }
    }

    private boolean asksForAlertAlone(MachineRecord machine) {
        return host.store()
                .pools()
                .find(machine.clusterId(), machine.pool())
                .filter(pool -> pool.desired().onUntrusted() == OnUntrusted.ALERT_ONLY)
                .isPresent();
    }

    /** If its console says that Secure Boot refused what is on its disk now, that is why it is silent. */
    void tell(MachineRecord machine) {
        refusal(machine)
                .ifPresentOrElse(
                        trouble -> tellRefusal(machine, trouble.refused().orElseThrow(), trouble.failure()),
                        () -> raise(
                                AlertCause.of(
                                                machine,
                                                AlertKind.ATTESTATION_MISSED,
                                                "attestation",
                                                sentence(words(machine)))
                                        .found("a passing verdict every interval", "silence", ""),
                                machine));
    }

    /** Nothing if the console cannot be read: the alert is raised all the same. */
    private Optional<BootTrouble> refusal(MachineRecord machine) {
        try {
            return BootWatch.refusal(machine, host.engine().console(new MachineId(machine.machineId()), CONSOLE));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the console of " + machine.nodeName() + " could not be read", e);
            return Optional.empty();
        }
    }

    /** @param component what Secure Boot did not start */
    void tellRefusal(MachineRecord machine, String component, MachineRecord.Failure failure) {
        raise(
                AlertCause.of(machine, AlertKind.ATTESTATION_FAILED, component, sentence(failure.message()))
                        .found("an image that Secure Boot starts", BootWatch.REFUSED, "the machine's console"),
                machine);
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }

    private void raise(AlertCause cause, MachineRecord machine) {
        try {
            host.store().alerts().raise(cause);
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "an alert on " + machine.nodeName() + " could not be written", e);
        }
    }
}
