package dev.advtrain.trainer.train;

/** What the last bits of a result depend on besides seed and data. */
record Environment(int threads, String instructionSet) {}
