/** What a run needs in the cluster: ConfigMap, Jobs, pods. Pure: no client, no clock. */
package dev.advtrain.operator.model;
