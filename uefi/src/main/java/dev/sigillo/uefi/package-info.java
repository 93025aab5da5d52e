/** UEFI variables, signature lists, SBAT, MOK, device paths, firmware volumes. */
@NullMarked
package dev.sigillo.uefi;

import org.jspecify.annotations.NullMarked;
