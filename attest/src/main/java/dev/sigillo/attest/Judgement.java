package dev.sigillo.attest;

import java.util.Optional;

/**
 * What one loader would do with an image.
 *
 * @param allowed whether it would run it
 * @param reason one sentence that names what decided
 * @param by the entry that decided; empty if the lack of one did
 */
public record Judgement(boolean allowed, String reason, Optional<TrustEntry> by) {

    static Judgement allowed(String how, TrustEntry by) {
        return new Judgement(true, how, Optional.of(by));
    }

    static Judgement refused(String why) {
        return new Judgement(false, why, Optional.empty());
    }

    static Judgement refused(String why, TrustEntry by) {
        return new Judgement(false, why, Optional.of(by));
    }
}
