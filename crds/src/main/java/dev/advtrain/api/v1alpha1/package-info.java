/** What the kinds of the API share: group, patterns, locations. */
package dev.advtrain.api.v1alpha1;
