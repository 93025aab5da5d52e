/** TCG PC Client event logs and IMA lists: parse, replay. */
@NullMarked
package dev.sigillo.eventlog;

import org.jspecify.annotations.NullMarked;
