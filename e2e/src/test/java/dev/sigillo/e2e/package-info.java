/** The mission, from end to end: the real az and kubectl, real machines, and attacks from outside. */
@NullMarked
package dev.sigillo.e2e;

import org.jspecify.annotations.NullMarked;
