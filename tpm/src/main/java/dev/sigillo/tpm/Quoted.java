package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;

/**
 * What TPM2_Quote gives.
 *
 * @param attest TPMS_ATTEST, without a size in front
 * @param signature TPMT_SIGNATURE
 */
public record Quoted(Bytes attest, Bytes signature) {}
