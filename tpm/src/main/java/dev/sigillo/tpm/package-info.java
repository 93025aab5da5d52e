/**
 * TPM 2.0 structures, commands, credential activation, transports. Clause numbers of the TPM 2.0 Library are those of its
 * revision 1.59.
 */
@NullMarked
package dev.sigillo.tpm;

import org.jspecify.annotations.NullMarked;
