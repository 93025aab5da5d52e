package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;

/**
 * A digest that a policy names.
 *
 * @param what it is of, in words a person knows
 */
public record NamedDigest(String what, Digest digest) {}
