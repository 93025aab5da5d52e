/** HTTP wiring: ARM, OAuth, enrolment. */
@NullMarked
package dev.sigillo.server;

import org.jspecify.annotations.NullMarked;
