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

/** Which test examples are attacked: a function of the test data's size, the settings and the seed alone. */
final class SampleSelection {
    /** The part that may be alike in two sets of data. */
    private static final String LABELS = "labels";

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

    /** Refuses test data of which any part is one that the model was trained on. */
    static void requireUnseen(Dataset test, Map<String, String> trainDigests) {
        Map<String, String> seen = new HashMap<>(trainDigests);
        seen.remove(LABELS);
        test.digests().forEach((part, digest) -> {
            if (!part.equals(LABELS) && seen.containsValue(digest)) {
                throw new TrainerException(ExitCode.DATA, "data.test: its " + part + " are those the model was trained on (digest "
                        + digest + "); expected other data");
            }
        });
    }
}
