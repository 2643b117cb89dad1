package dev.advtrain.trainer.proof;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.attack.Apgd;
import dev.advtrain.trainer.attack.ApgdT;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.attack.FabT;
import dev.advtrain.trainer.attack.Square;
import dev.advtrain.trainer.attack.Suites;
import dev.advtrain.trainer.attack.Waterfall;
import dev.advtrain.trainer.model.Loss;
import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the authors' own AutoAttack leaves of the first 200 Fashion-MNIST test images, and what ours does: minutes long, so no
 * part of the usual tests, which have {@code AutoAttackTest} ({@code dev/prove attacks}). Needs ADVTRAIN_DATA.
 */
class AutoAttackProof {
    private static final int IMAGES = 200;
    private static final ThreatBudget LINF = new ThreatBudget(Norm.LINF, 0.1, 0, 1);
    private static final ThreatBudget L2 = new ThreatBudget(Norm.L2, 1, 0, 1);
    /** Robust after the authors' Square, L2, by seed. */
    private static final int[] SQUARE_L2 = {139, 138, 139};
    private static final long SEED = Long.getLong("advtrain.prove.seed", 0);

    @ParameterizedTest(name = "{0}")
    @MethodSource("budgets")
    void autoAttackLeavesAsManyAsTheAuthorsWithinOne(ThreatBudget budget, double percent) {
        List<Waterfall> found = run(Suites.autoAttack(budget));
        assertThat(found.getLast().robust()).as("robust of %s: %s", IMAGES, found).isBetween(images(percent) - 1, images(percent) + 1);
    }

    static Stream<Arguments> budgets() {
        return Stream.of(Arguments.of(LINF, 62.5), Arguments.of(L2, 61.0));
    }

    /** Square draws much and may leave two. */
    @ParameterizedTest(name = "{0}")
    @MethodSource("attacks")
    void eachAttackAloneLeavesAtMostOneMore(Attack attack, double percent, int more) {
        assertThat(run(List.of(attack)).getLast().robust()).as("robust of %s", IMAGES).isLessThanOrEqualTo(images(percent) + more);
    }

    static Stream<Arguments> attacks() {
        return Stream.of(Arguments.of(new Apgd(LINF, Loss.CROSS_ENTROPY, 100), 64.5, 1), Arguments.of(new Apgd(LINF, Loss.DLR, 100), 66.0, 1),
                Arguments.of(new ApgdT(LINF, 100), 62.5, 1), Arguments.of(new FabT(LINF, 100), 63.5, 1), Arguments.of(new Square(LINF, 5000), 65.5, 2));
    }

    @Test
    void squareInL2LeavesAsManyAsTheAuthorsOnAverage() {
        double sum = 0;
        for (int seed = 0; seed < SQUARE_L2.length; seed++) {
            sum += Waterfall.run(reference(), List.of(new Square(L2, 5000)), seed).getLast().robust();
        }
        double authors = Arrays.stream(SQUARE_L2).average().orElseThrow();
        System.out.printf(Locale.ROOT, "L2 Square, %d seeds: %.1f robust on average, %.1f by the authors' code%n", SQUARE_L2.length, sum / SQUARE_L2.length,
                authors);
        assertThat(sum / SQUARE_L2.length).isLessThanOrEqualTo(authors + 1);
    }

    private static List<Waterfall> run(List<Attack> attacks) {
        List<Waterfall> found = Waterfall.run(reference(), attacks, SEED);
        for (Waterfall each : found) {
            System.out.printf(Locale.ROOT, "%-5s %-10s %6.1f %% robust  %8d forwards %8d gradients %7.1f s%n", attacks.getFirst().budget().norm(),
                    each.attack(), 100.0 * each.robust() / IMAGES, each.forwards(), each.gradients(), each.seconds());
        }
        return found;
    }

    private static Reference reference() {
        return Reference.fashionMnist(AutoAttackProof.class, IMAGES).orElseThrow(() -> new IllegalStateException("ADVTRAIN_DATA is not set"));
    }

    private static int images(double percent) {
        return (int) Math.round(percent * IMAGES / 100);
    }
}
