/** Looks for signs that attacks failed because gradients mislead them, and not because the model is robust. */
package dev.advtrain.trainer.masking;
