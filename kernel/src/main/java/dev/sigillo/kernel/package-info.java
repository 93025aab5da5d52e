/** What a Linux kernel accepts as its modules: appended signatures, the keys that were built into it. */
@NullMarked
package dev.sigillo.kernel;

import org.jspecify.annotations.NullMarked;
