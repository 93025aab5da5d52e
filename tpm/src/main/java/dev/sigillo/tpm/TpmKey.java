package dev.sigillo.tpm;

/**
 * A key in a TPM.
 *
 * @param handle transient (0x80…, gone at {@link Tpm#flushContext}) or persistent (0x81…)
 */
public record TpmKey(int handle, TpmPublic publicArea) {}
