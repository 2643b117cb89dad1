package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.training.InnerMaximizationSpec;
import dev.advtrain.api.v1alpha1.training.MethodSpec;
import dev.advtrain.api.v1alpha1.training.TrainingAttack;
import dev.advtrain.api.v1alpha1.training.TrainingSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The rules of the training method, and of what each takes. */
final class MethodRules {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MethodSpec DEFAULT = new MethodSpec(null, new MethodSpec.Pgd(), null, null, null, null);

    private final List<FieldError> errors = new ArrayList<>();

    private MethodRules() {
    }

    static List<FieldError> check(TrainingSpec training, String path) {
        MethodRules rules = new MethodRules();
        MethodSpec method = training.method() == null ? DEFAULT : training.method();
        rules.method(method, path + ".method");
        rules.inner(method, training.innerMaximization(), path + ".innerMaximization");
        MethodSpec.Free free = method.free();
        rules.require(free == null || free.replays() == null || training.epochs() == null || free.replays() <= training.epochs(),
                path + ".method.free.replays", free == null ? null : free.replays(), MethodSpec.REPLAYS_MESSAGE);
        rules.require(training.multiThreat() == null || method.standard() == null && free == null, path + ".multiThreat", training.multiThreat(),
                MethodSpec.MULTI_THREAT_MESSAGE);
        String clean = training.cleanFraction();
        rules.require(clean == null || Double.parseDouble(clean) < 1, path + ".cleanFraction", clean, TrainingSpec.CLEAN_FRACTION_MESSAGE);
        rules.require(clean == null || method.standard() == null && method.trades() == null && method.mart() == null && free == null,
                path + ".cleanFraction", clean, MethodSpec.CLEAN_MESSAGE);
        rules.require(training.labelSmoothing() == null || method.mart() == null, path + ".labelSmoothing", training.labelSmoothing(),
                MethodSpec.SMOOTHING_MESSAGE);
        rules.require(training.adversarialWeightPerturbation() == null || free == null, path + ".adversarialWeightPerturbation",
                training.adversarialWeightPerturbation(), MethodSpec.PERTURBATION_MESSAGE);
        return rules.errors;
    }

    private void method(MethodSpec method, String path) {
        require(Stream.of(method.standard(), method.pgd(), method.trades(), method.mart(), method.fgsmRs(), method.free())
                .filter(Objects::nonNull).count() == 1, path, method, MethodSpec.UNION_MESSAGE);
        if (method.trades() != null) {
            positive(method.trades().beta(), path + ".trades.beta", MethodSpec.BETA_MESSAGE);
        }
        if (method.mart() != null) {
            positive(method.mart().beta(), path + ".mart.beta", MethodSpec.BETA_MESSAGE);
        }
        if (method.fgsmRs() != null) {
            positive(method.fgsmRs().gradAlign(), path + ".fgsmRs.gradAlign", MethodSpec.FgsmRs.GRAD_ALIGN_MESSAGE);
        }
    }

    private void inner(MethodSpec method, InnerMaximizationSpec inner, String path) {
        if (inner == null) {
            return;
        }
        boolean deepFool = inner.attack() == TrainingAttack.DEEP_FOOL;
        boolean fromTheExample = Boolean.FALSE.equals(inner.randomStart());
        require(inner.stepSize() == null || Budget.parse(inner.stepSize()).value() > 0, path + ".stepSize", inner.stepSize(),
                InnerMaximizationSpec.STEP_SIZE_MESSAGE);
        require(!deepFool || inner.stepSize() == null && inner.randomStart() == null, path, inner, InnerMaximizationSpec.DEEP_FOOL_MESSAGE);
        require(method.standard() == null, path, inner, MethodSpec.STANDARD_MESSAGE);
        require(method.free() == null || inner.attack() == null && inner.steps() == null && inner.randomStart() == null, path, inner,
                MethodSpec.FREE_MESSAGE);
        require(method.fgsmRs() == null || !deepFool && !fromTheExample && (inner.steps() == null || inner.steps() == 1), path, inner,
                MethodSpec.FGSM_RS_MESSAGE);
        require(method.trades() == null || !deepFool && !fromTheExample, path, inner, MethodSpec.TRADES_MESSAGE);
    }

    private void positive(String decimal, String path, String expected) {
        require(decimal == null || Double.parseDouble(decimal) > 0, path, decimal, expected);
    }

    private void require(boolean holds, String path, Object value, String expected) {
        if (!holds) {
            errors.add(new FieldError(path, FieldError.shown(JSON.valueToTree(value)), expected));
        }
    }
}
