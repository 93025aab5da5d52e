/** ARM resource ids, wire records, error codes, operations. */
@NullMarked
package dev.sigillo.arm;

import org.jspecify.annotations.NullMarked;
