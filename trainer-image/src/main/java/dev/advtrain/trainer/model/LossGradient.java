package dev.advtrain.trainer.model;

import ai.djl.ndarray.NDArray;

/**
 * @param logits   [N, classes]
 * @param losses   [N], per example
 * @param gradient of the summed loss, shaped as the input
 */
public record LossGradient(NDArray logits, NDArray losses, NDArray gradient) {}
