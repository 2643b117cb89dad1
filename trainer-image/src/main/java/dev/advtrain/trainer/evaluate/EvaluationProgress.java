package dev.advtrain.trainer.evaluate;

/**
 * How far an evaluation is.
 *
 * @param shard counted from 0
 * @param threatModel null for the clean pass
 * @param attack or {@code clean}
 * @param done examples of this shard and attack
 * @param of so many
 * @param right of this shard so far: those not attacked yet are counted as right
 * @param samples of this shard
 * @param baseline whether the incoming model is attacked; the trained one is before it
 */
public record EvaluationProgress(int shard, int shards, String threatModel, String attack, int done, int of, int right,
        int samples, double seconds, boolean baseline) {}
