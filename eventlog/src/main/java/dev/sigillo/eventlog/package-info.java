/**
 * TCG PC Client event logs and IMA lists: parse, replay. Clause numbers of the TCG PC Client Platform Firmware Profile are
 * those of its version 1.05.
 */
@NullMarked
package dev.sigillo.eventlog;

import org.jspecify.annotations.NullMarked;
