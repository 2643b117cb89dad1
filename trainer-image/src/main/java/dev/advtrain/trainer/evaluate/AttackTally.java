package dev.advtrain.trainer.evaluate;

import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import java.util.Arrays;
import java.util.BitSet;

/** What one attack has done to a slice so far. */
final class AttackTally {
    private final String name;
    /** The examples it is to be run on, in order. */
    private final int[] examples;
    private final BitSet right;
    private int done;
    private int unstable;
    private long forwards;
    private long gradients;
    private double seconds;

    AttackTally(String name, Verdicts before) {
        this.name = name;
        this.examples = before.examples();
        this.right = new BitSet();
        Arrays.stream(examples).forEach(right::set);
    }

    /** Goes on from verdicts on the same examples. */
    AttackTally(Verdicts before, AttackVerdicts saved) {
        this(saved.name(), before);
        right.clear();
        Arrays.stream(saved.survivors().examples()).forEach(right::set);
        done = saved.done();
        unstable = saved.unstable();
        forwards = saved.forwards();
        gradients = saved.gradients();
        seconds = saved.seconds();
    }

    void add(int[] positions, AttackResult result, double elapsed) {
        for (int i = 0; i < positions.length; i++) {
            right.set(positions[i], !result.success(i));
            unstable += result.unstable()[i] ? 1 : 0;
        }
        done += positions.length;
        forwards += Arrays.stream(result.forwards()).sum();
        gradients += Arrays.stream(result.gradients()).sum();
        seconds += elapsed;
    }

    boolean complete() {
        return done == examples.length;
    }

    int[] examples() {
        return examples.clone();
    }

    int done() {
        return done;
    }

    int right() {
        return right.cardinality();
    }

    AttackVerdicts verdicts() {
        return new AttackVerdicts(name, done, new Verdicts(right), unstable, forwards, gradients, seconds);
    }
}
