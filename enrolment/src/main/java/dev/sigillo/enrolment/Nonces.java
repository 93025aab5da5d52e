package dev.sigillo.enrolment;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What makes a quote fresh: nonces of 32 random bytes, each for one machine and one answer, kept in the store. */
final class Nonces {
    static final int SIZE = 32;
    static final List<Integer> PCRS = IntStream.range(0, 16).boxed().toList();

    private final Store store;
    private final Terms terms;
    private final SecureRandom random = new SecureRandom();

    Nonces(Store store, Terms terms) {
        this.store = store;
        this.terms = terms;
    }

    Bytes issue(MachineRecord machine, Duration life) {
        Bytes nonce = random();
        store.nonces().issue(machine.machineId(), nonce.hex(), life);
        return nonce;
    }

    /** @throws EnrolmentRefused 409 if it is none of this machine's, was used before or expired */
    void consume(MachineRecord machine, Bytes nonce) throws EnrolmentRefused {
        if (!store.nonces().consume(machine.machineId(), nonce.hex())) {
            throw EnrolmentRefused.outOfTurn("the nonce was used before or expired; ask for a new challenge");
        }
    }

    /** Tells the machine when to come next, and what to come with: for as long as its verdict counts, and a little more. */
    void next(ObjectNode reply, MachineRecord machine) {
        ObjectNode attestation = reply.putObject("attestation")
                .put(
                        "nonce",
                        issue(machine, terms.holds(machine).plus(Timing.SESSION))
                                .base64())
                .put("afterSeconds", terms.interval(machine).toSeconds());
        ArrayNode asked = attestation.putArray("pcrs");
        PCRS.forEach(asked::add);
    }

    Bytes random() {
        byte[] bytes = new byte[SIZE];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }
}
