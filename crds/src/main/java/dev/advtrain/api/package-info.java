/** The Kubernetes API of group {@code advtrain.dev}: the one source of the CRD YAML. */
package dev.advtrain.api;
