/** The boot files of a machine, found in a folder or a disk image, and what Secure Boot says to each. */
@NullMarked
package dev.sigillo.inspect;

import org.jspecify.annotations.NullMarked;
