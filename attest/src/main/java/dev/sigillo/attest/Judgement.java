package dev.sigillo.attest;

import java.util.Optional;

/**
 * What one loader would do with an image.
 *
 * @param ground what decided, for programs
 * @param reason one sentence that names it, for people
 * @param by the entry that decided; empty if the lack of one did
 */
public record Judgement(Ground ground, String reason, Optional<TrustEntry> by) {

    /** What kind of fact decides about an image. */
    public enum Ground {
        /** A list vouches for it. */
        TRUSTED,
        /** No list vouches for it, or its signature does not count. */
        NOT_TRUSTED,
        /** A list forbids it. */
        REVOKED,
        /** A list vouches for its key, which anybody can sign with. */
        PUBLISHED_KEY,
        /** shim asks for a newer generation, or cannot read which it has. */
        SBAT
    }

    /** Whether it would run it. */
    public boolean allowed() {
        return ground == Ground.TRUSTED;
    }

    static Judgement allowed(String how, TrustEntry by) {
        return new Judgement(Ground.TRUSTED, how, Optional.of(by));
    }

    static Judgement notTrusted(String why) {
        return new Judgement(Ground.NOT_TRUSTED, why, Optional.empty());
    }

    static Judgement revoked(String why, TrustEntry by) {
        return new Judgement(Ground.REVOKED, why, Optional.of(by));
    }

    static Judgement publishedKey(String why, TrustEntry by) {
        return new Judgement(Ground.PUBLISHED_KEY, why, Optional.of(by));
    }
}
