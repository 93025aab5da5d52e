/** Node image recipe, build, reference manifest. */
@NullMarked
package dev.sigillo.image;

import org.jspecify.annotations.NullMarked;
