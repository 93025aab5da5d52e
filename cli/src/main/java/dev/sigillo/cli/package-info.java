/** sigillo: the same verbs over the ARM API. */
@NullMarked
package dev.sigillo.cli;

import org.jspecify.annotations.NullMarked;
