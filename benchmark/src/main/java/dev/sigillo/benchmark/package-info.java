/** What one attestation costs, beside what its signature and hashes cost alone. */
@NullMarked
package dev.sigillo.benchmark;

import org.jspecify.annotations.NullMarked;
