package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Sampling;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.trainer.TestRuns;
import dev.advtrain.trainer.attack.Cancellation;
import dev.advtrain.trainer.data.Dataset;
import dev.advtrain.trainer.data.Datasets;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.proof.Figures;
import dev.advtrain.trainer.storage.Locations;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Whether an evaluation's memory grows with its samples beyond their storage: the peak of 1,000 and of 10,000. */
final class EvaluationMemoryBench {
    private static final int FEW = 1_000;
    private static final int MANY = 10_000;
    private static final double LARGEST_RATIO = 1.05;
    private static final Format FORMAT = new Format(Reference.SHAPE.input(), Reference.SHAPE.classes(), 0, 1);

    private EvaluationMemoryBench() {}

    public static void main(String[] arguments) throws IOException {
        long few = 0;
        // As much work as the other: compiled code and the like grow with time, not with samples.
        for (int i = 0; i < MANY / FEW; i++) {
            few = peak(FEW);
        }
        // A byte a value.
        long storage = (long) (MANY - FEW) * FORMAT.features();
        long many = peak(MANY);
        double ratio = (double) (many - storage) / few;
        System.out.printf(Locale.ROOT, "peak with %,d samples: %,d bytes; with %,d: %,d bytes, of which their storage %,d; ratio without it %.3f, at most %.2f%n",
                FEW, few, MANY, many, storage, ratio, LARGEST_RATIO);
        if (ratio > LARGEST_RATIO) {
            System.exit(1);
        }
    }

    private static long peak(int samples) throws IOException {
        Path folder = Files.createTempDirectory("advtrain-bench");
        Locations files = new Locations(Map.of(), Map.of("out", folder), false);
        Dataset test = new Datasets(files, FORMAT).load("data.test", DataSource.of(new DataSource.BuiltinDigits(samples, 2L), null));
        EvaluationPlan plan = new EvaluationPlan("bench", "bench", List.of(TestRuns.threatModel("linf", Norm.LINF, "0.1")),
                new EvaluationSpec(Suite.QUICK, List.of(), samples, Sampling.FIRST, 1, 250), 0, FORMAT);
        Subject subject = new Subject("bench", "bench", null, null, List.of(), null, Reference.digits()::model);
        try (Evaluation evaluation = Evaluation.open(plan, subject, test, files.output("output", "pvc://out/report"), Cancellation.NEVER,
                EvaluationListener.NONE)) {
            evaluation.run(0);
        } finally {
            try (Stream<Path> left = Files.walk(folder)) {
                for (Path file : left.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
        return Figures.peakResidentBytes();
    }
}
