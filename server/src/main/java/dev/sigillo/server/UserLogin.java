package dev.sigillo.server;

import java.time.Instant;

/**
 * That a user has logged in to {@link PublicClient}, and for what.
 *
 * @param nonce to be repeated in the id token (OpenID Connect Core §2); empty for none
 * @param at when the password was given
 */
record UserLogin(String userId, TokenScope scope, String nonce, Instant at) {}
