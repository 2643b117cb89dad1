package dev.advtrain.trainer.random;

/**
 * Names one stream of random numbers. Equal keys give equal numbers on every machine, in any order and
 * in any batch; keys that differ in one part give independent ones.
 *
 * @param epoch     1-based in training; 0 in evaluation and selection
 * @param attack    position of the attack in its suite, at most 65,535
 * @param iteration of the attack
 * @param example   index of the example in its own data set
 */
public record Key(long seed, Purpose purpose, int epoch, int attack, int restart, int iteration, long example) {

    public Key {
        if (attack < 0 || attack > 0xFFFF) {
            throw new IllegalArgumentException("attack must be between 0 and 65535, but is " + attack);
        }
    }

    public static Key of(long seed, Purpose purpose) {
        return new Key(seed, purpose, 0, 0, 0, 0, 0);
    }

    public Key withEpoch(int epoch) {
        return new Key(seed, purpose, epoch, attack, restart, iteration, example);
    }

    public Key withAttack(int attack) {
        return new Key(seed, purpose, epoch, attack, restart, iteration, example);
    }

    public Key withRestart(int restart) {
        return new Key(seed, purpose, epoch, attack, restart, iteration, example);
    }

    public Key withIteration(int iteration) {
        return new Key(seed, purpose, epoch, attack, restart, iteration, example);
    }

    public Key withExample(long example) {
        return new Key(seed, purpose, epoch, attack, restart, iteration, example);
    }
}
