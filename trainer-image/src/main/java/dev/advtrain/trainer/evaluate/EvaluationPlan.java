package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.EvaluationResolver;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.AttackPlan;
import dev.advtrain.trainer.attack.Square;
import dev.advtrain.trainer.attack.Suites;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.masking.ExampleFacts;
import dev.advtrain.trainer.masking.Probe;
import dev.advtrain.trainer.masking.Probes;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is measured and how, whatever the model.
 *
 * @param name of the job or the model, for people
 * @param seed of samples and attacks
 * @param format of the model's inputs
 * @param baseline whether it is the incoming model that is measured: by the suite alone, since nothing is judged by it
 */
public record EvaluationPlan(String runId, String name, List<ResolvedThreatModel> threatModels, EvaluationSpec evaluation, long seed,
        Format format, boolean baseline) {
    /** Of Square, where no attack of the suite can be run. */
    private static final int QUERIES = 5000;

    /** Of any model but an incoming one. */
    public EvaluationPlan(String runId, String name, List<ResolvedThreatModel> threatModels, EvaluationSpec evaluation, long seed, Format format) {
        this(runId, name, threatModels, evaluation, seed, format, false);
    }

    public static EvaluationPlan of(RunSpec run, String runId) {
        return new EvaluationPlan(runId, run.job().name(), run.threatModels(), run.evaluation(), run.training().seed(), Format.of(run));
    }

    /**
     * With a number of samples, where the settings leave it open.
     *
     * @throws TrainerException 65 where they are fewer than shards
     */
    EvaluationPlan sized(int testSize) {
        EvaluationSpec sized = EvaluationResolver.sized(evaluation, testSize);
        if (sized.samples() < sized.shards()) {
            throw new TrainerException(ExitCode.DATA, "evaluation.shards: " + sized.shards() + "; expected at most " + sized.samples()
                    + ", the number of samples");
        }
        return new EvaluationPlan(runId, name, threatModels, sized, seed, format, baseline);
    }

    /** The same for the incoming model. */
    EvaluationPlan ofBaseline() {
        return new EvaluationPlan(runId, name, threatModels, evaluation, seed, format, true);
    }

    /**
     * Before anything is read: a wrong budget or suite is a matter of the settings alone.
     *
     * @throws dev.advtrain.trainer.TrainerException 64 naming the setting
     */
    void requireSound() {
        threatModels.forEach(threatModel -> Suites.of(evaluation, threatModel.spec(), budget(threatModel), shape()));
    }

    /** @throws dev.advtrain.trainer.TrainerException 64 where the budget does not fit the inputs */
    ThreatBudget budget(ResolvedThreatModel threatModel) {
        return ThreatBudget.of(threatModel.spec(), format.features());
    }

    /**
     * What each example goes through, in order.
     *
     * @param facts of examples; where the model has no gradient, attacks that need one are left out
     */
    AttackPlan attacks(ResolvedThreatModel threatModel, ExampleFacts facts) {
        AttackPlan suite = Suites.of(evaluation, threatModel.spec(), budget(threatModel), shape());
        if (!weakened(threatModel, facts)) {
            return suite;
        }
        List<Attack> left = new ArrayList<>(suite.attacks().stream().filter(attack -> !attack.needsGradient()).toList());
        String others = suite.attacks().stream().filter(Attack::needsGradient).map(Attack::name).collect(Collectors.joining(", "));
        List<String> notes = new ArrayList<>(suite.notes());
        if (left.stream().noneMatch(Square.class::isInstance)) {
            // An evaluation without a search would call clean accuracy robust.
            left.add(new Square(budget(threatModel), QUERIES));
        }
        notes.add("The model gives no gradient (" + facts.gradientError() + "): " + others + " could not be run; "
                + left.stream().map(Attack::name).collect(Collectors.joining(", ")) + " alone is a weak evaluation.");
        return new AttackPlan(left, notes);
    }

    /** What is measured beside, for the masking checks and over other budgets; the same of facts. */
    List<Probe> probes(ResolvedThreatModel threatModel, ExampleFacts facts) {
        return baseline ? List.of() : Probes.of(budget(threatModel), threatModel.spec(), shape()).stream()
                .filter(probe -> differentiable(facts) || !probe.needsGradient()).toList();
    }

    /** The samples of a shard. */
    Range range(int shard) {
        return Range.of(shard, evaluation.shards(), evaluation.samples());
    }

    /** Those of some samples that a probe attacks. */
    Verdicts probed(Verdicts examples, Range range) {
        return examples.and(new Verdicts(Probes.examples(evaluation.samples()).get(range.from(), range.to())));
    }

    /** Whether attacks were left out because the model has no gradient. */
    boolean weakened(ResolvedThreatModel threatModel, ExampleFacts facts) {
        return !differentiable(facts) && Suites.of(evaluation, threatModel.spec(), budget(threatModel), shape()).attacks().stream()
                .anyMatch(Attack::needsGradient);
    }

    private ModelShape shape() {
        return new ModelShape(format.shape(), format.classes());
    }

    private static boolean differentiable(ExampleFacts facts) {
        return facts.gradientError() == null;
    }
}
