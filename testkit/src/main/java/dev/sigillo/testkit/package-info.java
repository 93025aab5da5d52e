/** Fakes written by hand, and {@link dev.sigillo.testkit.ForAll}: for tests only. */
@NullMarked
package dev.sigillo.testkit;

import org.jspecify.annotations.NullMarked;
