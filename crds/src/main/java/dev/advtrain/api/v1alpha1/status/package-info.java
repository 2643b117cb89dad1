/** What became of a job: the status and its parts. Accuracies are decimal strings in [0,1] with four digits. */
package dev.advtrain.api.v1alpha1.status;
