/** Certificates that Sigillo issues. */
@NullMarked
package dev.sigillo.pki;

import org.jspecify.annotations.NullMarked;
