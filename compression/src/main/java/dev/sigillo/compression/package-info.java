/** Decompression of hostile bytes, never past a bound that the caller gives. */
@NullMarked
package dev.sigillo.compression;

import org.jspecify.annotations.NullMarked;
