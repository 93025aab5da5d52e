/**
 * UEFI variables, signature lists, SBAT, MOK, device paths, firmware volumes. Clause numbers of the UEFI specification are
 * those of its version 2.10.
 */
@NullMarked
package dev.sigillo.uefi;

import org.jspecify.annotations.NullMarked;
