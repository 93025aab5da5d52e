/** The program in the node: enrol, quote, renew. */
@NullMarked
package dev.sigillo.agent;

import org.jspecify.annotations.NullMarked;
