package dev.sigillo.server;

import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.VerdictRecord;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/** What is known of a node's trust, in one word: by its row and its latest verdict. */
enum TrustState {
    /** Its latest verdict passes, and counts now. */
    TRUSTED,
    /** Its latest verdict does not pass or has run out, or its trust was withdrawn. */
    UNTRUSTED,
    /** No verdict has been given, or it is not in the cluster. */
    UNJUDGED,
    /** It has no vTPM to be judged by. */
    UNATTESTED;

    static TrustState of(MachineRecord machine, Optional<VerdictRecord> latest, Instant now) {
        if (!machine.vtpm()) {
            return UNATTESTED;
        }
        boolean failing = latest.filter(verdict -> !verdict.passing()).isPresent();
        boolean ranOut =
                machine.isLetIn() && machine.trustEnds().filter(now::isAfter).isPresent();
        if (failing || ranOut || machine.withdrawnAt().isPresent()) {
            return UNTRUSTED;
        }
        return latest.isPresent() && machine.isLetIn() ? TRUSTED : UNJUDGED;
    }

    /** As the API writes it. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
