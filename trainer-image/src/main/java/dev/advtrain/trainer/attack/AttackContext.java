package dev.advtrain.trainer.attack;

import dev.advtrain.trainer.random.Key;

/**
 * How an attack is run.
 *
 * @param key        of its draws; restart, iteration and example are the attack's to set
 * @param keepSolved whether solved examples stay in the batch; only to compare with implementations that keep them
 */
public record AttackContext(Key key, Cancellation cancellation, boolean keepSolved) {
    public AttackContext(Key key, Cancellation cancellation) {
        this(key, cancellation, false);
    }
}
