/** PE/COFF: Authenticode digest, signatures, sections. */
@NullMarked
package dev.sigillo.pe;

import org.jspecify.annotations.NullMarked;
