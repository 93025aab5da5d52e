package dev.sigillo.store;

import java.time.Instant;

/**
 * A login that can be gone on with, and its refresh tokens: all are of one family, and one of them counts.
 *
 * @param hash of the token that counts
 * @param previousHash of the one before it; empty when there was none
 * @param application client id of the application that the user logged in to
 * @param rotatedAt when {@code hash} became the one that counts
 */
public record RefreshTokenRecord(
        String family,
        String hash,
        String previousHash,
        String principalId,
        String application,
        String scope,
        Instant beganAt,
        Instant rotatedAt) {}
