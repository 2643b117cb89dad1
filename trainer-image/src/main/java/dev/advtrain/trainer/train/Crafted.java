package dev.advtrain.trainer.train;

import ai.djl.ndarray.NDManager;
import dev.advtrain.trainer.model.WrappedModel;
import java.util.Optional;
import java.util.function.Supplier;

/** An objective on examples that are made anew in each step, or without a crafter on the examples as they are. */
record Crafted(WrappedModel model, Optional<Crafter> crafter, Objective objective) implements Method {
    @Override
    public Supplier<LossAndGradients> prepare(NDManager scope, Step step) {
        Objective.Examples examples = crafter.map(made -> made.craft(scope, step))
                .orElseGet(() -> Objective.Examples.clean(step.batch().x(), step.y()));
        return () -> objective.gradients(scope, model, examples);
    }
}
