/** TPM 2.0 structures, commands, credential activation, transports. */
@NullMarked
package dev.sigillo.tpm;

import org.jspecify.annotations.NullMarked;
