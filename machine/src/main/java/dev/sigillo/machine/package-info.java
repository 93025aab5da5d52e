/** Machine engine SPI and the embedded engine. */
@NullMarked
package dev.sigillo.machine;

import org.jspecify.annotations.NullMarked;
