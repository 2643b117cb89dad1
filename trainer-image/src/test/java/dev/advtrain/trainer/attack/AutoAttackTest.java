package dev.advtrain.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.model.Reference;
import dev.advtrain.trainer.threat.Norm;
import dev.advtrain.trainer.threat.ThreatBudget;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** AutoAttack as a whole, on a few digits: with all its steps it leaves no more than the recorded runs of its parts left together. */
class AutoAttackTest {
    private static final int N = 8;

    @ParameterizedTest
    @EnumSource(Norm.class)
    void leavesNoMoreThanTheRecordedAttacksTogether(Norm norm) {
        Reference digits = Reference.digits();
        double epsilon = digits.epsilon().get(norm.toString());
        float[] ce = digits.values().floats("apgd." + norm + ".ce.acc");
        float[] dlr = digits.values().floats("apgd." + norm + ".dlr.acc");
        float[] targeted = digits.values().floats("apgdt2." + norm + ".acc");
        float[] distances = digits.values().floats("fabt." + norm + ".dist.targets2-4");
        int ranks = distances.length / digits.size();
        long together = IntStream.range(0, N).filter(i -> ce[i] > 0 && dlr[i] > 0 && targeted[i] > 0
                && IntStream.range(0, ranks).allMatch(rank -> distances[i * ranks + rank] > epsilon)).count();
        List<Waterfall> found = Waterfall.run(digits.images(IntStream.range(0, N).toArray()), Suites.autoAttack(new ThreatBudget(norm, epsilon, 0, 1)), 1);
        assertThat(found).extracting(Waterfall::attack).startsWith("clean", "APGD-CE");
        assertThat(found.stream().map(each -> -each.robust())).isSorted();
        assertThat((long) found.getLast().robust()).as("of %s: %s", N, found).isLessThanOrEqualTo(together).isPositive();
    }
}
