package dev.advtrain.trainer.random;

/**
 * What a draw is for. Two purposes never share random numbers, whatever the rest of the key.
 * The code of a purpose is part of the key: once published it is never changed or used again.
 */
public enum Purpose {
    INITIAL_WEIGHTS(1),
    VALIDATION_SPLIT(2),
    EXAMPLE_ORDER(3),
    ATTACK_START(4),
    EVALUATION_SAMPLE(5),
    DIGITS(6),
    AUGMENTATION(7),
    /** Seeds the engine's own generator (dropout) before each training step. */
    ENGINE_SEED(8),
    /** The threat model that a batch is trained against. */
    THREAT_MODEL(9);

    private final int code;

    Purpose(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
