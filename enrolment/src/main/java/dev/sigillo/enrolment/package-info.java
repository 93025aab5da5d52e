/** The door nodes come in by: challenge, verdict, certificate. */
@NullMarked
package dev.sigillo.enrolment;

import org.jspecify.annotations.NullMarked;
