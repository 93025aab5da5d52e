package dev.sigillo.attest;

import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrValues;

/**
 * A quote that holds: signature, selection, nonce and pcrDigest.
 *
 * @param pcrs the values it covers and no others
 */
public record HeldQuote(Attest attest, PcrValues pcrs) {}
