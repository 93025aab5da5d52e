/** The files around a verdict: JSON evidence, manifests, verdicts. */
@NullMarked
package dev.sigillo.evidence;

import org.jspecify.annotations.NullMarked;
