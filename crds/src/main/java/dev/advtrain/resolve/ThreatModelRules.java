package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.threatmodel.Modality;
import dev.advtrain.api.v1alpha1.threatmodel.Norm;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.InputRange;
import dev.advtrain.api.v1alpha1.training.DataSource;
import dev.advtrain.api.v1alpha1.training.DataSpec;
import dev.advtrain.api.v1alpha1.training.ModelSpec;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/** The rules that relate threat models to each other and to the job that names them. */
final class ThreatModelRules {
    private final List<FieldError> errors = new ArrayList<>();
    private final ResolvedThreatModel threatModel;

    private ThreatModelRules(ResolvedThreatModel threatModel) {
        this.threatModel = threatModel;
    }

    /** Inputs are mapped onto one range, in whose units every budget is. */
    static List<FieldError> oneInputRange(List<ResolvedThreatModel> threatModels) {
        ResolvedThreatModel first = threatModels.getFirst();
        AttackUnits expected = AttackUnits.of(first.spec().inputRange());
        List<FieldError> errors = new ArrayList<>();
        for (ResolvedThreatModel other : threatModels.subList(1, threatModels.size())) {
            InputRange range = other.spec().inputRange();
            if (!AttackUnits.of(range).equals(expected)) {
                errors.add(new FieldError(other.kind() + " " + other.name() + ": spec.inputRange",
                        range.perFeature() == null ? "[" + range.min() + ", " + range.max() + "]" : "perFeature of " + range.perFeature().size(),
                        "must be the inputRange of " + first.kind() + " " + first.name()));
            }
        }
        return errors;
    }

    /** Whether budgets and ranges make sense for the model's inputs, and the modality for the data. */
    static List<FieldError> fit(List<ResolvedThreatModel> threatModels, ModelSpec model, DataSpec data) {
        List<FieldError> errors = new ArrayList<>();
        for (ResolvedThreatModel each : threatModels) {
            ThreatModelRules rules = new ThreatModelRules(each);
            if (model.inputShape() != null) {
                rules.features(model);
                rules.budget(model);
            }
            rules.augmentation(data);
            rules.source("train", data.train());
            if (data.test() != null) {
                rules.source("test", data.test());
            }
            errors.addAll(rules.errors);
        }
        return errors;
    }

    /** A value that is moved would be read by the range of another. */
    private void augmentation(DataSpec data) {
        if (threatModel.spec().inputRange().perFeature() != null && data.augmentation() != null && !data.augmentation().isEmpty()) {
            wrong("spec.inputRange.perFeature", "list of " + threatModel.spec().inputRange().perFeature().size(),
                    "must be left out for this job: data.augmentation is of images, whose values have one range");
        }
    }

    private void features(ModelSpec model) {
        AttackUnits units = AttackUnits.of(threatModel.spec().inputRange());
        double values = FieldRules.values(model);
        if (units.perFeature() && units.features().size() != values) {
            wrong("spec.inputRange.perFeature", "list of " + units.features().size(), "must have " + (long) values
                    + " ranges for this job, one for each value of an input: the model's inputShape is " + model.inputShape());
        }
    }

    /** Beyond the longest possible change an epsilon limits nothing. */
    private void budget(ModelSpec model) {
        ThreatModelSpec.Lp lp = threatModel.spec().perturbation().lp();
        if (lp.norm() != Norm.L2) {
            return;
        }
        AttackUnits units = AttackUnits.of(threatModel.spec().inputRange());
        double values = FieldRules.values(model);
        double limit = units.side() * Math.sqrt(values);
        if (Budget.parse(lp.epsilon()).value() > limit) {
            wrong("spec.perturbation.lp.epsilon", '"' + lp.epsilon() + '"', "an L2 epsilon must be at most " + shown(limit) + " for this job: "
                    + (units.perFeature() ? "" : "(inputRange.max - inputRange.min) x ") + "sqrt(" + (long) values
                    + "), the number of values of an input");
        }
    }

    /** What has pixels is no table. */
    private void source(String part, DataSource source) {
        if (threatModel.spec().modality() == Modality.TABULAR && source.csv() == null && source.npz() == null) {
            wrong("spec.modality", '"' + Modality.TABULAR.toString() + '"', "needs csv or npz as spec.data." + part + " of the job");
        }
    }

    private void wrong(String path, String value, String expected) {
        errors.add(new FieldError(threatModel.kind() + " " + threatModel.name() + ": " + path, value, expected));
    }

    private static String shown(double limit) {
        return new BigDecimal(limit).round(new MathContext(6, RoundingMode.DOWN)).stripTrailingZeros().toPlainString();
    }
}
