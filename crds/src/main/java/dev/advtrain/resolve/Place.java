package dev.advtrain.resolve;

/** Where a run takes place: paths of one machine mean nothing in a cluster. */
public enum Place {
    CLUSTER,
    LAPTOP
}
