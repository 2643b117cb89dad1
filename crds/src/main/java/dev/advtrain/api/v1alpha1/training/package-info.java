/** One model to harden: data, training, evaluation, output. */
package dev.advtrain.api.v1alpha1.training;
