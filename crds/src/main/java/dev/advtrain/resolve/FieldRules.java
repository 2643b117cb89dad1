package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.Location;
import dev.advtrain.api.v1alpha1.evaluation.AcceptanceSpec;
import dev.advtrain.api.v1alpha1.evaluation.AttackSpec;
import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.api.v1alpha1.evaluation.Suite;
import dev.advtrain.api.v1alpha1.threatmodel.Knowledge;
import dev.advtrain.api.v1alpha1.threatmodel.Modality;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.FeatureRange;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.InputRange;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.Perturbation;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.Architecture;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.api.v1alpha1.training.OutputFormat;
import dev.advtrain.api.v1alpha1.training.OutputSpec;
import dev.advtrain.api.v1alpha1.training.ResourcesSpec;
import dev.advtrain.api.v1alpha1.training.ThreatModelReference;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The rules that relate fields to each other: those the CRDs have as CEL, in the same words, and those that CEL cannot
 * say. A field that is not set breaks no rule, so they hold before and after defaults are filled in. Values must have
 * passed {@link SchemaCheck}.
 */
final class FieldRules {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Place place;
    private final List<FieldError> errors = new ArrayList<>();

    private FieldRules(Place place) {
        this.place = place;
    }

    static List<FieldError> check(ThreatModelSpec spec) {
        FieldRules rules = new FieldRules(Place.CLUSTER);
        rules.threatModel(spec);
        return rules.errors;
    }

    /** Of one input. Up to 4 dimensions of 2^24: more than a long holds. */
    static double values(ModelSpec model) {
        return model.inputShape().stream().mapToDouble(Integer::doubleValue).reduce(1, (a, b) -> a * b);
    }

    static List<FieldError> check(AdversarialTrainingJobSpec spec, Place place) {
        FieldRules rules = new FieldRules(place);
        List<ThreatModelReference> references = spec.threatModels().stream().map(Defaults::reference).toList();
        rules.distinct(references);
        rules.alone(references, spec.training());
        rules.run(spec.model(), spec.data(), spec.training(), spec.evaluation(), spec.acceptance(), spec.output());
        if (spec.resources() != null) {
            rules.resources(spec.resources());
        }
        return rules.errors;
    }

    /** Everything but each threat model by itself. Locations are checked where they are used: a run spec does not say where that is. */
    static List<FieldError> check(RunSpec r) {
        FieldRules rules = new FieldRules(Place.LAPTOP);
        List<ThreatModelReference> references = r.threatModels().stream().map(t -> new ThreatModelReference(t.kind(), t.name())).toList();
        rules.distinct(references);
        rules.alone(references, r.training());
        rules.run(r.model(), r.data(), r.training(), r.evaluation(), r.acceptance(), r.output());
        return rules.errors.stream()
                .map(error -> new FieldError(error.path().replaceFirst("^spec\\.", ""), error.value(), error.expected())).toList();
    }

    /** @param data without test in the part of a run spec that training sees */
    private void run(ModelSpec model, DataSpec data, TrainingSpec training, EvaluationSpec evaluation, AcceptanceSpec acceptance,
            OutputSpec output) {
        model(model);
        errors.addAll(DataRules.check(data, model, place));
        errors.addAll(TrainingRules.check(training, "spec.training"));
        if (evaluation != null && data.test() != null) {
            evaluation(evaluation, data.test(), model);
        }
        require(evaluation == null || !evaluation.measuresBaseline() || model.startsFromWeights(), "spec.evaluation.baseline", true,
                AdversarialTrainingJobSpec.BASELINE_MESSAGE);
        acceptance(acceptance);
        output(output);
    }

    private void threatModel(ThreatModelSpec spec) {
        inputRange(spec.inputRange());
        require(spec.inputRange().perFeature() == null || spec.modality() == Modality.TABULAR, "spec.inputRange.perFeature",
                spec.inputRange().perFeature(), ThreatModelSpec.PER_FEATURE_MESSAGE);
        require(spec.perturbation().lp() != null, "spec.perturbation", spec.perturbation(), Perturbation.UNION_MESSAGE);
        ThreatModelSpec.Lp lp = spec.perturbation().lp();
        if (errors.isEmpty() && lp != null && lp.norm() == Norm.LINF) {
            require(Budget.parse(lp.epsilon()).value() <= AttackUnits.of(spec.inputRange()).side(), "spec.perturbation.lp.epsilon", lp.epsilon(),
                    ThreatModelSpec.EPSILON_MESSAGE);
        }
        require(spec.queryBudget() == null || spec.knowledge() == Knowledge.SCORE_BLACK_BOX, "spec.queryBudget", spec.queryBudget(),
                ThreatModelSpec.QUERY_BUDGET_MESSAGE);
    }

    private void inputRange(InputRange range) {
        String path = "spec.inputRange";
        boolean one = range.min() != null && range.max() != null;
        boolean none = range.min() == null && range.max() == null;
        require(range.perFeature() == null ? one : none, path, range, InputRange.UNION_MESSAGE);
        require(!one || number(range.min()) < number(range.max()), path, range, InputRange.ORDER_MESSAGE);
        List<FeatureRange> features = range.perFeature() == null ? List.of() : range.perFeature();
        for (int i = 0; i < features.size(); i++) {
            require(number(features.get(i).min()) < number(features.get(i).max()), path + ".perFeature[" + i + "]", features.get(i),
                    InputRange.ORDER_MESSAGE);
        }
    }

    private void model(ModelSpec model) {
        ModelSpec.Builtin builtin = model.builtin();
        ModelSpec.TorchScript torchScript = model.torchScript();
        require((builtin == null) != (torchScript == null), "spec.model", model, ModelSpec.UNION_MESSAGE);
        if (builtin != null) {
            builtin(builtin, "spec.model.builtin");
        }
        if (torchScript != null) {
            errors.addAll(DataRules.location(torchScript.uri(), torchScript.secretRef(), "spec.model.torchScript", place));
            require(values(model) <= ModelSpec.TorchScript.MAX_VALUES, "spec.model.torchScript.inputShape", torchScript.inputShape(),
                    ModelSpec.TorchScript.VALUES_MESSAGE);
        }
        Location weights = model.initialWeights();
        if (weights != null) {
            errors.addAll(DataRules.location(weights.uri(), weights.secretRef(), "spec.model.initialWeights", place));
        }
        ModelSpec.Normalization normalization = model.normalization();
        if (normalization != null) {
            String path = "spec.model.normalization";
            require(normalization.mean().size() == normalization.std().size(), path, normalization,
                    ModelSpec.Normalization.LENGTHS_MESSAGE);
            require(normalization.std().stream().allMatch(std -> number(std) > 0), path + ".std", normalization.std(),
                    ModelSpec.Normalization.STD_MESSAGE);
            require(model.inputShape() == null || normalization.mean().size() == model.inputShape().getFirst(), path, normalization,
                    ModelSpec.CHANNELS_MESSAGE);
        }
    }

    private void builtin(ModelSpec.Builtin builtin, String path) {
        Architecture architecture = builtin.architecture();
        List<Integer> shape = builtin.inputShape();
        require(shape.size() == 3 || architecture == Architecture.MLP && shape.size() == 1, path + ".inputShape", shape,
                ModelSpec.Builtin.DIMENSIONS_MESSAGE);
        require(shape.size() != 3 || shape.stream().skip(1).allMatch(side -> side >= architecture.leastSide()), path + ".inputShape", shape,
                ModelSpec.Builtin.SHAPE_MESSAGE);
        require(builtin.batchNorm() == null || architecture == Architecture.SMALL_CNN, path + ".batchNorm", builtin.batchNorm(),
                ModelSpec.Builtin.BATCH_NORM_MESSAGE);
    }

    private void evaluation(EvaluationSpec evaluation, DataSource test, ModelSpec model) {
        Integer samples = evaluation.samples();
        Integer size = Defaults.knownSize(test);
        Integer most = samples == null ? size : samples;
        require(evaluation.shards() == null || most == null || evaluation.shards() <= most, "spec.evaluation.shards",
                evaluation.shards(), EvaluationSpec.SHARDS_MESSAGE);
        require(samples == null || size == null || samples <= size, "spec.evaluation.samples", samples,
                AdversarialTrainingJobSpec.SAMPLES_MESSAGE);
        List<AttackSpec> attacks = evaluation.attacks();
        require(evaluation.suite() != Suite.CUSTOM || attacks != null && !attacks.isEmpty(), "spec.evaluation.attacks",
                attacks == null ? List.of() : attacks, EvaluationSpec.CUSTOM_MESSAGE);
        errors.addAll(AttackRules.check(attacks, model, "spec.evaluation.attacks"));
    }

    private void acceptance(AcceptanceSpec acceptance) {
        require(acceptance == null || acceptance.minCleanAccuracy() != null || acceptance.minRobustAccuracy() != null
                || acceptance.gradientMasking() != null, "spec.acceptance", acceptance, AcceptanceSpec.EMPTY_MESSAGE);
    }

    private void alone(List<ThreatModelReference> references, TrainingSpec training) {
        boolean free = training != null && training.method() != null && training.method().free() != null;
        require(!free || references.size() == 1, "spec.threatModels", references, AdversarialTrainingJobSpec.FREE_MESSAGE);
    }

    private void distinct(List<ThreatModelReference> references) {
        for (int i = 1; i < references.size(); i++) {
            require(!references.subList(0, i).contains(references.get(i)), "spec.threatModels", references.get(i).name(),
                    AdversarialTrainingJobSpec.DISTINCT_MESSAGE);
        }
    }

    private void output(OutputSpec output) {
        errors.addAll(DataRules.location(output.uri(), output.secretRef(), "spec.output", place));
        List<OutputFormat> formats = output.formats();
        if (formats != null) {
            for (int i = 1; i < formats.size(); i++) {
                require(!formats.subList(0, i).contains(formats.get(i)), "spec.output.formats[" + i + "]", formats.get(i), "Duplicate value");
            }
            require(formats.contains(OutputFormat.TORCH_SCRIPT), "spec.output.formats", formats, OutputSpec.FORMATS_MESSAGE);
        }
    }

    private void resources(ResourcesSpec resources) {
        Map<String, Quantity> limits = resources.limits() == null ? Map.of() : resources.limits();
        Map<String, Quantity> requests = resources.requests() == null ? Map.of() : resources.requests();
        requests.forEach((name, request) -> {
            Quantity limit = limits.get(name);
            boolean gpu = GpuResources.isGpu(name);
            int difference = limit == null ? 0 : request.getNumericalAmount().compareTo(limit.getNumericalAmount());
            require(gpu ? difference == 0 : difference <= 0, "spec.resources.requests." + name, request,
                    gpu ? ResourcesSpec.GPU_LIMIT_MESSAGE : ResourcesSpec.LIMIT_MESSAGE);
        });
        oneGpu("spec.resources.requests", requests);
        oneGpu("spec.resources.limits", limits);
    }

    private void oneGpu(String path, Map<String, Quantity> resources) {
        BigDecimal total = BigDecimal.ZERO;
        for (var entry : new TreeMap<>(resources).entrySet()) {
            if (GpuResources.isGpu(entry.getKey())) {
                BigDecimal amount = entry.getValue().getNumericalAmount();
                total = total.add(amount);
                require(amount.signum() == 0 || total.compareTo(BigDecimal.ONE) == 0, path + "." + entry.getKey(), entry.getValue(),
                        ResourcesSpec.ONE_GPU_MESSAGE);
            }
        }
    }

    private void require(boolean holds, String path, Object value, String expected) {
        if (!holds) {
            errors.add(new FieldError(path, FieldError.shown(JSON.valueToTree(value)), expected));
        }
    }

    private static double number(String decimal) {
        return Double.parseDouble(decimal);
    }
}
