/** Hosted control plane, PKI, nodes, CSRs, labels, admission policy. */
@NullMarked
package dev.sigillo.kubernetes;

import org.jspecify.annotations.NullMarked;
