package dev.sigillo.enrolment;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.store.MachineRecord;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/**
 * Stands in the way of what the machines of a drill's pool send, as somebody on the way would, and changes it before
 * anybody looks at it. The machines are honest, and whatever judges them does not know.
 */
final class DrillRelay {
    private static final int FORGED_PCR = 4;
    private static final String SUBSTITUTED_PCR = "7";

    private final Terms terms;
    private final SentLogs logs;

    DrillRelay(Terms terms, SentLogs logs) {
        this.terms = terms;
        this.logs = logs;
    }

    /**
     * The request as it arrives.
     *
     * @throws EnrolmentRefused 503 if nothing arrives: the node hears no more than from a server that is away
     */
    Fields arrives(MachineRecord machine, ObjectNode body) throws EnrolmentRefused {
        Optional<DrillFault> fault = terms.drill(machine);
        if (fault.isEmpty()) {
            return new Fields(body);
        }
        return switch (fault.get()) {
            case FORGED_LOG -> new Fields(body.has("eventLog") || body.has("eventLogSha256") ? forged(body) : body);
            case SUBSTITUTED_PCR -> new Fields(substituted(body));
            case SILENT_AGENT -> {
                if (machine.isLetIn()) {
                    throw EnrolmentRefused.notReady("the server does not answer at this moment; try again");
                }
                yield new Fields(body);
            }
            case UNSIGNED_KERNEL, INITRD, COMMAND_LINE, SECURE_BOOT_OFF, CLONED_VTPM, UNSIGNED_MODULE ->
                new Fields(body);
        };
    }

    /** One bit of the first digest of PCR 4 is turned. */
    private ObjectNode forged(ObjectNode body) throws EnrolmentRefused {
        Bytes log = logs.eventLog(new Fields(body));
        try {
            for (Event event : EventLog.parse(log).events()) {
                if (event.pcr() == FORGED_PCR && event.digests().containsKey(HashAlgorithm.SHA256)) {
                    Bytes digest = event.digests().get(HashAlgorithm.SHA256).value();
                    return body.deepCopy()
                            .without("eventLogSha256")
                            .put("eventLog", turned(log, digest).base64());
                }
            }
        } catch (MalformedException judged) {
            return body;
        }
        return body;
    }

    private static Bytes turned(Bytes log, Bytes digest) {
        byte[] bytes = log.toByteArray();
        bytes[log.indexOf(digest, 0)] ^= 1;
        return Bytes.of(bytes);
    }

    private static ObjectNode substituted(ObjectNode body) {
        ObjectNode changed = body.deepCopy();
        if (changed.get("pcrs") instanceof ObjectNode pcrs && pcrs.has(SUBSTITUTED_PCR)) {
            pcrs.put(SUBSTITUTED_PCR, "5".repeat(64));
        }
        return changed;
    }
}
