package dev.advtrain.trainer.data;

/** What data are for. The order is part of the draws of {@link BuiltinDigits}. */
public enum Role {
    TRAIN,
    TEST
}
