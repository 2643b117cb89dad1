/** The reconciler: observe, decide, act. */
package dev.advtrain.operator.reconcile;
