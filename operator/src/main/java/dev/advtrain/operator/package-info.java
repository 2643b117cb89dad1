/** Reconciles the resources of {@code advtrain.dev} into Jobs and their results into status. */
package dev.advtrain.operator;
