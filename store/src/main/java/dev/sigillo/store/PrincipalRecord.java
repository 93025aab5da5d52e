package dev.sigillo.store;

import java.time.Instant;

/**
 * Somebody who may ask for tokens.
 *
 * @param clientId application id, a GUID
 * @param secretHash salted hash in the form its maker verifies; never the secret
 */
public record PrincipalRecord(String clientId, String displayName, String secretHash, Instant createdAt) {}
