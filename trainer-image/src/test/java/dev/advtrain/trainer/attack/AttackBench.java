package dev.advtrain.trainer.attack;

import static dev.advtrain.trainer.proof.Figures.processorSeconds;
import static dev.advtrain.trainer.proof.Figures.say;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import dev.advtrain.trainer.model.Classifier;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.proof.PythonProcess;
import dev.advtrain.trainer.tensor.TorchEngine;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How long AutoAttack (standard, Linf) takes: against its floor, the forward passes and gradients that it makes times what
 * they cost alone, and against its authors' in Python on the same weights and images. All in turns, attack by attack and
 * round by round, so that whatever else runs on the machine meets all alike, and in processor time of one thread, of which other
 * load takes nothing away. On Fashion-MNIST where there is data.
 *
 * <p>Arguments: none, or the command that starts {@code dev/proofs/autoattack_bench.py} and the folder it is given.
 */
final class AttackBench {
    private static final int ROUNDS = 3;
    private static final int IMAGES = 100;
    private static final int WARM_UP_IMAGES = 4;
    private static final int FORWARDS = 200;
    private static final int GRADIENTS = 50;
    private static final double LARGEST_FLOOR_RATIO = 1.25;
    private static final double LARGEST_PYTHON_RATIO = 0.7;

    private final Reference reference;
    private final WrappedModel model;
    private final double[] seconds = new double[ROUNDS];
    private final double[] floors = new double[ROUNDS];
    private final double[] python = new double[ROUNDS];

    private AttackBench(Reference reference, WrappedModel model) {
        this.reference = reference;
        this.model = model;
    }

    public static void main(String[] arguments) throws IOException {
        Reference reference = Reference.fashionMnist(AttackBench.class, ROUNDS * IMAGES).orElseGet(Reference::digits);
        try (WrappedModel model = reference.model(); PythonProcess other = arguments.length == 0 ? null : python(reference, model, arguments)) {
            AttackBench bench = new AttackBench(reference, model);
            bench.run(other);
            System.exit(bench.print(other != null) ? 0 : 1);
        }
    }

    private void run(PythonProcess other) throws IOException {
        Waterfall.run(model, reference.images(IntStream.range(0, WARM_UP_IMAGES).toArray()), Suites.autoAttack(budget()), 0);
        if (other != null) {
            attack(other, 0, WARM_UP_IMAGES);
        }
        for (int round = 0; round < ROUNDS; round++) {
            // Digits are too few to be divided.
            int from = reference.size() < ROUNDS * IMAGES ? 0 : round * IMAGES;
            int to = Math.min(from + IMAGES, reference.size());
            List<Integer> robust = new ArrayList<>();
            Reference left = Waterfall.right(model.classifier(), reference.images(IntStream.range(from, to).toArray()));
            for (int i = 0; i < Suites.autoAttack(budget()).size(); i++) {
                Cost before = cost(left);
                double begun = processorSeconds();
                Waterfall.Survivors found = Waterfall.attack(model.classifier(), left, Suites.autoAttack(budget()).get(i), i, 0);
                double took = processorSeconds() - begun;
                Cost after = cost(left);
                seconds[round] += took;
                double floor = found.level().forwards() * (before.forward() + after.forward()) / 2
                        + found.level().gradients() * (before.gradient() + after.gradient()) / 2;
                floors[round] += floor;
                say("  %-8s %6.2f s, floor %6.2f s: %.2f", found.level().attack(), took, floor, took / floor);
                robust.add(found.level().robust());
                left = found.left();
            }
            say("round %d: %d images, right after each attack: %s", round + 1, to - from, robust);
            if (other != null) {
                python[round] = attack(other, from, to);
            }
        }
    }

    /** Seconds an example. */
    private record Cost(double forward, double gradient) {}

    private Cost cost(Reference examples) {
        Classifier classifier = model.classifier();
        try (NDManager scope = model.newScope()) {
            NDArray x = scope.create(examples.x(), new Shape(Reference.SHAPE.batch(examples.size())));
            NDArray y = scope.create(examples.y());
            double forward = time(FORWARDS, () -> {
                try (NDManager own = model.newScope()) {
                    classifier.logits(own, x);
                }
            });
            double gradient = time(GRADIENTS, () -> {
                try (NDManager own = model.newScope()) {
                    classifier.lossGradient(own, Loss.CROSS_ENTROPY, x, y, y);
                }
            });
            return new Cost(forward / examples.size(), gradient / examples.size());
        }
    }

    private static double time(int times, Runnable pass) {
        pass.run();
        double begun = processorSeconds();
        for (int i = 0; i < times; i++) {
            pass.run();
        }
        return (processorSeconds() - begun) / times;
    }

    private boolean print(boolean compared) {
        say("AutoAttack standard, %s, SmallCnn width 16, %d images of %s, %d thread(s); median of %d rounds (least, most)", budget(), reference.size(),
                reference, TorchEngine.threads(), ROUNDS);
        boolean good = ratio("time to its floor", floors, LARGEST_FLOOR_RATIO);
        return compared ? ratio("time to that of its authors", python, LARGEST_PYTHON_RATIO) && good : good;
    }

    private boolean ratio(String what, double[] others, double largest) {
        double[] ratios = IntStream.range(0, ROUNDS).mapToDouble(i -> seconds[i] / others[i]).sorted().toArray();
        say("%-30s %.1f s / %.1f s   %.2f (%.2f, %.2f)   at most %.2f", what, Arrays.stream(seconds).sum(), Arrays.stream(others).sum(), ratios[ROUNDS / 2],
                ratios[0], ratios[ROUNDS - 1], largest);
        return ratios[ROUNDS / 2] <= largest;
    }

    private ThreatBudget budget() {
        return new ThreatBudget(Norm.LINF, reference.epsilon().get("Linf"), 0, 1);
    }

    /** The other side, told which images to attack. */
    private static PythonProcess python(Reference reference, WrappedModel model, String... command) throws IOException {
        Path folder = Path.of(command[command.length - 1]);
        Files.write(folder.resolve("model.pt"), model.export(false).toBytes());
        ByteBuffer images = ByteBuffer.allocate(reference.x().length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        images.asFloatBuffer().put(reference.x());
        Files.write(folder.resolve("images.f32"), images.array());
        ByteBuffer labels = ByteBuffer.allocate(reference.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        labels.asLongBuffer().put(reference.y());
        Files.write(folder.resolve("labels.i64"), labels.array());
        return new PythonProcess(Map.of("EPSILON", reference.epsilon().get("Linf").toString()), command);
    }

    private static double attack(PythonProcess other, int from, int to) throws IOException {
        String[] answer = other.ask(from + " " + to);
        say("  its authors: right after all %s in %s s", answer[0], answer[1]);
        return Double.parseDouble(answer[1]);
    }
}
