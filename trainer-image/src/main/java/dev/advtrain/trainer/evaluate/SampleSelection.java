package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/** Which test examples are attacked: a function of the test data's size, the settings and the seed alone. */
final class SampleSelection {
    /** The parts that may be alike in two sets of data. */
    private static final Set<String> ALIKE = Set.of("labels", Dataset.COLUMNS, Dataset.CLASSES);

    private SampleSelection() {}

    /** The samples as a view of {@code test}. */
    static Dataset of(Dataset test, EvaluationSpec evaluation, long seed) {
        int samples = evaluation.samples();
        if (samples > test.size()) {
            throw new TrainerException(ExitCode.DATA, "evaluation.samples: " + samples + "; expected at most "
                    + test.size() + ", the examples of data.test");
        }
        return evaluation.sampling() == Sampling.FIRST
                ? test.first(samples)
                : test.select(Arrays.copyOf(Philox4x32.permutation(Key.of(seed, Purpose.EVALUATION_SAMPLE), test.size()), samples));
    }

    /**
     * Refuses test data whose features or classes have other names than those the model was trained on, or the same in another
     * order: what is at a place would not be what the model takes it for.
     */
    static void requireSameNames(Dataset test, Map<String, String> trainDigests) {
        requireSame(test, trainDigests, Dataset.COLUMNS, "columns of features");
        requireSame(test, trainDigests, Dataset.CLASSES, "names of classes");
    }

    private static void requireSame(Dataset test, Map<String, String> trainDigests, String part, String inWords) {
        String expected = trainDigests.get(part);
        String found = test.digests().get(part);
        // Not all forms of data have names.
        if (expected != null && found != null && !found.equals(expected)) {
            throw new TrainerException(ExitCode.DATA, "data.test: its " + inWords + " are not those of the training data in the same order (digest "
                    + found + "; expected " + expected + ")");
        }
    }

    /** Refuses test data of which any part is one that the model was trained on. */
    static void requireUnseen(Dataset test, Map<String, String> trainDigests) {
        Map<String, String> seen = new HashMap<>(trainDigests);
        seen.keySet().removeAll(ALIKE);
        test.digests().forEach((part, digest) -> {
            if (!ALIKE.contains(part) && seen.containsValue(digest)) {
                throw new TrainerException(ExitCode.DATA, "data.test: its " + part + " are those the model was trained on (digest "
                        + digest + "); expected other data");
            }
        });
    }
}
