package dev.sigillo.store;

import java.time.Instant;

/**
 * Somebody who may ask for tokens, or bring one of an outside issuer.
 *
 * @param clientId application id or object id, a GUID
 * @param displayName also the name that a user logs in with
 * @param secretHash salted hash in the form its maker verifies, never the secret; empty for EXTERNAL
 * @param issuer whose tokens name an EXTERNAL principal; else empty
 * @param subject by which they name it
 */
public record PrincipalRecord(
        String clientId,
        String displayName,
        PrincipalKind kind,
        String secretHash,
        String issuer,
        String subject,
        Instant createdAt) {}
