/** Persistence of every aggregate. */
@NullMarked
package dev.sigillo.store;

import org.jspecify.annotations.NullMarked;
