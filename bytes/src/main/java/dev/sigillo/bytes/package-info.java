/** Bounded cursor, digests, hex. */
@NullMarked
package dev.sigillo.bytes;

import org.jspecify.annotations.NullMarked;
