package dev.advtrain.resolve;

import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec.InputRange;
import java.util.List;

/**
 * The units attacks work in: those of the data, or, where each feature has a range of its own, the share of that range.
 * Budgets and step sizes are in them.
 *
 * @param min      of every component of an input in these units
 * @param max      of every component
 * @param features the range of each feature in the data's own units, which becomes min to max; empty where the units are the data's
 */
public record AttackUnits(double min, double max, List<Feature> features) {

    /** From min (0 for an attack) to max (1). */
    public record Feature(double min, double max) {
        public double span() {
            return max - min;
        }
    }

    public AttackUnits {
        features = List.copyOf(features);
    }

    /** Of an inputRange that breaks no rule. */
    public static AttackUnits of(InputRange range) {
        if (range.perFeature() == null) {
            return new AttackUnits(number(range.min()), number(range.max()), List.of());
        }
        return new AttackUnits(0, 1, range.perFeature().stream()
                .map(feature -> new Feature(number(feature.min()), number(feature.max()))).toList());
    }

    /** Of zeros there is one: records compare by it. */
    private static double number(String decimal) {
        return Double.parseDouble(decimal) + 0.0;
    }

    /** How far two inputs can be apart in one component. */
    public double side() {
        return max - min;
    }

    public boolean perFeature() {
        return !features.isEmpty();
    }
}
