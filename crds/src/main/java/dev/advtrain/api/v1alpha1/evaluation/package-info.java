/** How a model is measured, and what it must reach. */
package dev.advtrain.api.v1alpha1.evaluation;
