/** From manifests to the run spec: defaults, checks, canonical JSON. Pure; used by operator and trainer. */
package dev.advtrain.resolve;
