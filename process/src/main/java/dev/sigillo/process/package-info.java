/** Child processes that outlive the server: start, find again, stop. */
@NullMarked
package dev.sigillo.process;

import org.jspecify.annotations.NullMarked;
