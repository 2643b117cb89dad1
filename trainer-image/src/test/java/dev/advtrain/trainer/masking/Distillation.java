package dev.advtrain.trainer.masking;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.model.builtin.SmallCnn;
import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import dev.advtrain.trainer.random.Purpose;
import dev.advtrain.trainer.tensor.Tensors;
import dev.advtrain.trainer.tensor.TorchModule;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Defensive distillation (Papernot et al. 2016, arXiv:1511.04508): a teacher and a student of its soft labels, both trained
 * at a high temperature and used at 1, where the student's softmax is flat beyond measure. Broken by Carlini and Wagner
 * 2017 (arXiv:1608.04644).
 */
final class Distillation {
    private static final String KERNEL = "soft_label_step";
    private static final int WIDTH = 8;
    private static final int BATCH = 64;
    private static final double LEARNING_RATE = 0.05;

    private final Dataset data;
    private final ModelShape shape;
    private final double temperature;
    private final int epochs;

    Distillation(Dataset data, ModelShape shape, double temperature, int epochs) {
        this.data = data;
        this.shape = shape;
        this.temperature = temperature;
        this.epochs = epochs;
    }

    TorchScriptArchive student() {
        try (WrappedModel teacher = model(1); WrappedModel student = model(2)) {
            train(teacher, Optional.empty());
            train(student, Optional.of(teacher));
            return student.export(false);
        }
    }

    private WrappedModel model(long seed) {
        return WrappedModel.load(SmallCnn.create(WIDTH, false, shape, seed), shape, Optional.empty(), KERNEL);
    }

    /** Without a teacher the labels are those of the data. */
    private void train(WrappedModel model, Optional<WrappedModel> teacher) {
        int steps = data.size() / BATCH;
        try (NDManager owned = model.newScope()) {
            List<NDArray> momenta = model.parameters().values().stream().map(p -> owned.zeros(p.getShape(), p.getDataType())).toList();
            for (int epoch = 0; epoch < epochs; epoch++) {
                int[] order = Philox4x32.permutation(Key.of(0, Purpose.EXAMPLE_ORDER).withEpoch(epoch), data.size());
                for (int step = 0; step < steps; step++) {
                    int[] chosen = Arrays.copyOfRange(order, step * BATCH, (step + 1) * BATCH);
                    double rate = LEARNING_RATE * (1 + Math.cos(Math.PI * (epoch * steps + step) / (epochs * steps))) / 2;
                    try (NDManager scope = model.newScope()) {
                        NDArray x = images(scope, chosen);
                        NDArray soft = teacher.isPresent() ? soft(teacher.get(), scope, x) : hard(scope, chosen);
                        model.train(scope, KERNEL, x, soft, momenta, rate, temperature);
                    }
                }
            }
        }
    }

    private NDArray images(NDManager scope, int... chosen) {
        return Tensors.create(scope, data.values(chosen), shape.batch(chosen.length));
    }

    private NDArray hard(NDManager scope, int... chosen) {
        float[] values = new float[chosen.length * shape.classes()];
        for (int i = 0; i < chosen.length; i++) {
            values[i * shape.classes() + data.label(chosen[i])] = 1;
        }
        return Tensors.create(scope, values, chosen.length, shape.classes());
    }

    private NDArray soft(WrappedModel teacher, NDManager scope, NDArray x) {
        return TorchModule.tensor(teacher.run(scope, "soft_labels", x, temperature));
    }
}
