/** Evidence to findings to verdict; reference manifests. */
@NullMarked
package dev.sigillo.attest;

import org.jspecify.annotations.NullMarked;
