package dev.advtrain.trainer.evaluate;

import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import java.util.ArrayList;
import java.util.List;

/** What one threat model has done to a slice so far. The last attack, or the last probe, may not be complete. */
final class ThreatModelState {
    private final ThreatModelVerdicts saved;
    private final Verdicts clean;
    private final List<AttackTally> attacks = new ArrayList<>();
    private final List<AttackTally> probes = new ArrayList<>();
    private final List<Picture> pictures;
    private final int[] predicted;

    /** @param saved what an earlier try left; see {@link #none} */
    ThreatModelState(CleanVerdicts clean, ThreatModelVerdicts saved) {
        this.saved = saved;
        this.clean = clean.right();
        this.pictures = new ArrayList<>(saved.pictures());
        this.predicted = saved.predicted().clone();
    }

    /** Nothing was tried yet. */
    static ThreatModelVerdicts none(ResolvedThreatModel threatModel, CleanVerdicts clean) {
        return new ThreatModelVerdicts(threatModel.kind(), threatModel.name(), List.of(), clean.predicted(), List.of(), List.of());
    }

    Verdicts clean() {
        return clean;
    }

    /** Right under all attacks so far. */
    Verdicts survivors() {
        return attacks.isEmpty() ? clean : attacks.getLast().verdicts().survivors();
    }

    /** The next attack of the suite goes on what those before have left. */
    AttackTally nextAttack(String name) {
        return next(attacks, saved.attacks(), name, survivors());
    }

    AttackTally nextProbe(String name, Verdicts on) {
        return next(probes, saved.probes(), name, on);
    }

    private static AttackTally next(List<AttackTally> tallies, List<AttackVerdicts> saved, String name, Verdicts on) {
        tallies.add(tallies.size() < saved.size() ? new AttackTally(on, saved.get(tallies.size())) : new AttackTally(name, on));
        return tallies.getLast();
    }

    void predicted(int position, int label) {
        predicted[position] = label;
    }

    List<Picture> pictures() {
        return pictures;
    }

    ThreatModelVerdicts verdicts() {
        return new ThreatModelVerdicts(saved.kind(), saved.name(), attacks.stream().map(AttackTally::verdicts).toList(), predicted.clone(),
                List.copyOf(pictures), probes.stream().map(AttackTally::verdicts).toList());
    }
}
