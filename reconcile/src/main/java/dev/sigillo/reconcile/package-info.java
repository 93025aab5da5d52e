/** Clusters, pools, nodes: observe, plan, act. */
@NullMarked
package dev.sigillo.reconcile;

import org.jspecify.annotations.NullMarked;
