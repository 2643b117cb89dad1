package dev.advtrain.trainer.evaluate;

import dev.advtrain.api.v1alpha1.evaluation.EvaluationSpec;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.attack.Attack;
import dev.advtrain.trainer.evaluate.ShardResult.AttackVerdicts;
import dev.advtrain.trainer.evaluate.ShardResult.ThreatModelVerdicts;
import dev.advtrain.trainer.masking.Probe;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/**
 * Whether a shard's file is what this run's evaluation writes.
 *
 * @param whole false where the shard need not be done
 */
record ShardCheck(EvaluationPlan plan, String modelSha256, int shard, String uri, boolean whole) {

    /** @throws TrainerException 65 naming shard, file and what is wrong */
    void check(ShardResult result) {
        EvaluationSpec evaluation = plan.evaluation();
        Range range = plan.range(shard);
        if (result == null) {
            throw bad("is not what evaluation writes");
        }
        require("schemaVersion", result.schemaVersion(), OutputFiles.SCHEMA_VERSION);
        require("runId", result.runId(), plan.runId());
        require("modelSha256", result.modelSha256(), modelSha256);
        require("shard", result.shard(), shard);
        require("shards", result.shards(), evaluation.shards());
        require("samples", result.samples(), evaluation.samples());
        require("range", result.range(), range);
        require("number of indices", result.indices() == null ? null : result.indices().length, range.size());
        if (result.testData() == null) {
            throw bad("testData is missing; expected the digests of data.test");
        }
        if (result.environment() == null) {
            throw bad("environment is missing; expected threads and instruction set");
        }
        if (plan.baseline() && result.unsound() != null) {
            return;
        }
        clean(result.clean(), range.size());
        List<String> names = names(result.threatModels(), ThreatModelVerdicts::name);
        List<String> expected = plan.threatModels().stream().map(ResolvedThreatModel::name).toList();
        require("threatModels", names, started(names, expected));
        for (int t = 0; t < names.size(); t++) {
            threatModel(result.clean(), result.threatModels().get(t), plan.threatModels().get(t));
        }
    }

    private void clean(CleanVerdicts clean, int size) {
        int classes = plan.format().classes();
        if (clean == null || clean.labels() == null || clean.predicted() == null || clean.labels().length != size
                || clean.predicted().length > size || whole && clean.predicted().length < size
                || (clean.facts() == null) != (clean.predicted().length == 0)
                || Arrays.stream(clean.predicted()).anyMatch(c -> c < 0 || c >= classes)
                || Arrays.stream(clean.labels()).anyMatch(c -> c < 0 || c >= classes)) {
            throw bad("clean has no verdicts, or more than the range");
        }
    }

    /** An attack that is left out would make the model look more robust than it is. */
    private void threatModel(CleanVerdicts clean, ThreatModelVerdicts threatModel, ResolvedThreatModel expected) {
        require("kind of " + expected.name(), threatModel.kind(), expected.kind());
        int size = clean.labels().length;
        if (clean.predicted().length < size || threatModel.predicted() == null || threatModel.predicted().length != size
                || Arrays.stream(threatModel.predicted()).anyMatch(c -> c < 0 || c >= plan.format().classes())
                || threatModel.pictures() == null || threatModel.pictures().contains(null)) {
            throw bad("the verdicts of " + expected.name() + " are not whole");
        }
        List<String> attacks = names(threatModel.attacks(), AttackVerdicts::name);
        List<String> expectedAttacks = plan.attacks(expected, clean.facts()).attacks().stream().map(Attack::name).toList();
        require("attacks of " + expected.name(), attacks, started(attacks, expectedAttacks));
        Verdicts before = clean.right();
        for (AttackVerdicts attack : threatModel.attacks()) {
            verdicts(attack, before, attacks);
            before = attack.survivors();
        }
        probes(clean, threatModel, expected, before);
    }

    private void probes(CleanVerdicts clean, ThreatModelVerdicts threatModel, ResolvedThreatModel expected, Verdicts robust) {
        List<Probe> probes = plan.probes(expected, clean.facts());
        List<String> names = names(threatModel.probes(), AttackVerdicts::name);
        require("probes of " + expected.name(), names, started(names, probes.stream().map(Probe::name).toList()));
        for (int i = 0; i < names.size(); i++) {
            verdicts(threatModel.probes().get(i), plan.probed(probes.get(i).on() == Probe.On.RIGHT ? clean.right() : robust, plan.range(shard)), names);
        }
    }

    private void verdicts(AttackVerdicts attack, Verdicts before, List<String> names) {
        if (attack.survivors() == null || !attack.survivors().within(before)) {
            throw bad("an example survives " + attack.name() + " of " + names + " that was lost before it");
        }
        if (attack.done() < 0 || attack.done() > before.count() || whole && attack.done() < before.count()) {
            throw bad(attack.name() + " was run on " + attack.done() + " examples; expected " + before.count());
        }
    }

    /** All that is expected; of what need not be done as much as there is. */
    private List<String> started(List<String> found, List<String> expected) {
        return whole || found == null ? expected : expected.subList(0, Math.min(found.size(), expected.size()));
    }

    /** Whatever the file holds: nothing where it holds no list, null for a null in it. */
    private static <T> List<String> names(List<T> list, Function<T, String> name) {
        return list == null ? null : list.stream().map(one -> one == null ? null : name.apply(one)).toList();
    }

    private void require(String field, Object found, Object expected) {
        if (!expected.equals(found)) {
            throw bad(field + " is " + found + "; expected " + expected);
        }
    }

    private TrainerException bad(String problem) {
        return new TrainerException(ExitCode.DATA, "shard " + shard + ": " + uri + ": " + problem);
    }
}
