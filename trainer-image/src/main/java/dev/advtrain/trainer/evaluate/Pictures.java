package dev.advtrain.trainer.evaluate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.AttackResult;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.tensor.Tensors;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;

/** Keeps some of the examples that attacks broke. */
final class Pictures {
    /** Of one attack, on one slice. */
    private static final int MOST = 4;
    /** Values of all of an attack's pictures together: larger examples, fewer of them. */
    private static final int MOST_VALUES = 200_000;

    private final Classifier classifier;
    private final Dataset examples;

    Pictures(Classifier classifier, Dataset examples) {
        this.classifier = classifier;
        this.examples = examples;
    }

    void add(Attack attack, CleanVerdicts clean, int[] positions, AttackResult result, List<Picture> pictures) {
        long wanted = Math.clamp(MOST_VALUES / examples.features(), 1, MOST)
                - pictures.stream().filter(picture -> picture.attack().equals(attack.name())).count();
        for (int i = 0; i < positions.length && wanted > 0; i++) {
            if (result.success(i)) {
                pictures.add(picture(attack, clean, positions[i], result.adversarial()[i], result.predicted()[i]));
                wanted--;
            }
        }
    }

    private Picture picture(Attack attack, CleanVerdicts clean, int position, float[] adversarial, int predicted) {
        float[] values = new float[examples.features()];
        examples.copy(position, values, 0);
        int before = clean.predicted()[position];
        return new Picture(examples.id(position), examples.label(position), before, confidence(values, before), predicted,
                confidence(adversarial, predicted), attack.name(), Arrays.stream(examples.shape()).boxed().toList(), base64(values),
                base64(adversarial));
    }

    /** The softmax of one class. */
    private double confidence(float[] values, int label) {
        float[] logits;
        try (NDManager scope = classifier.newScope()) {
            NDArray x = Tensors.create(scope, values, new ModelShape(examples.shape(), examples.classes()).batch(1));
            logits = classifier.logits(scope, x).toFloatArray();
        }
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp((double) logit - logits[label]);
        }
        return Math.round(1 / sum * 1e4) / 1e4;
    }

    private static String base64(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
