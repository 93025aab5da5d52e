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
    private static final String AGENT = "sigillo-agent";

    private final Host host;
    private final Grace grace;
    /** Of pools that want to be told alone: whom this server has told of, until it is heard of again. */
    private final Set<String> told = new HashSet<>();

    Silence(Host host, Grace grace) {
        this.host = host;
        this.grace = grace;
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
            } else if (grace.isOver()
                    && host.onUntrusted(machine) == OnUntrusted.ALERT_ONLY
                    && told.add(machine.machineId())) {
                tell(machine);
            }
        }
    }

    /** As {@link #tell}, unless people know: a server that was killed before it told has the next one do it. */
    void tellOnce(MachineRecord machine) {
        if (!host.store().alerts().isOpen(machine.machineId(), AlertKind.ATTESTATION_MISSED)) {
            tell(machine);
        }
    }

    /** What its console says is the guest's word: it is passed on, and decides nothing. */
    private void tell(MachineRecord machine) {
        AlertCause cause =
                AlertCause.of(machine, AlertKind.ATTESTATION_MISSED, "attestation", sentence(words(machine)));
        String was = refusal(machine)
                .map(trouble ->
                        "silence; its console says: " + trouble.failure().message())
                .orElse("silence");
        try {
            host.store().alerts().raise(cause.found("a passing verdict every interval", was, ""));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "an alert on " + machine.nodeName() + " could not be written", e);
        }
    }

    /** What Secure Boot refused since the machine's agent last said something. */
    private Optional<BootTrouble> refusal(MachineRecord machine) {
        try {
            String console = host.engine().console(new MachineId(machine.machineId()), CONSOLE);
            return BootWatch.refusal(machine, console.substring(Math.max(0, console.lastIndexOf(AGENT))));
        } catch (RuntimeException e) {
            LOG.log(System.Logger.Level.WARNING, "the console of " + machine.nodeName() + " could not be read", e);
            return Optional.empty();
        }
    }

    /**
     * Tells of a machine that Secure Boot did not let boot.
     *
     * @param component what it refused to start
     */
    void tellRefusal(MachineRecord machine, String component, MachineRecord.Failure failure) {
        host.store()
                .alerts()
                .raise(AlertCause.of(machine, AlertKind.ATTESTATION_FAILED, component, sentence(failure.message()))
                        .found("an image that Secure Boot starts", BootWatch.REFUSED, "the machine's console"));
    }

    private static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + ".";
    }
}
