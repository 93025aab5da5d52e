/** What a boot will measure, computed from its files: firmware's log, varstore, shim and GRUB, or a unified kernel image. */
@NullMarked
package dev.sigillo.reference;

import org.jspecify.annotations.NullMarked;
