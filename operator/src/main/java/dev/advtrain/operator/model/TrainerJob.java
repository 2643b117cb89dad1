package dev.advtrain.operator.model;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.ExitCode.Reaction;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpec;
import io.fabric8.kubernetes.api.model.batch.v1.JobSpecBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicy;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRule;
import io.fabric8.kubernetes.api.model.batch.v1.PodFailurePolicyRuleBuilder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The Job of one attempt of a stage. It is created once and never applied again: the Job controller, and a queue that
 * admits it, own fields of it.
 */
public final class TrainerJob {
    private static final String FAIL_JOB = "FailJob";
    private static final String IGNORE = "Ignore";
    private static final String COUNT = "Count";

    private TrainerJob() {
    }

    public static Job of(Run run, Command stage, int attempt, String image) {
        Map<String, String> labels = new LinkedHashMap<>(run.labels());
        labels.putAll(ChildLabels.of(run.owner().name(), stage, attempt));
        JobSpecBuilder spec = new JobSpecBuilder()
                .withPodReplacementPolicy("Failed")
                .withTemplate(TrainerPod.template(run, stage, attempt, image));
        return new JobBuilder()
                .withNewMetadata()
                .withNamespace(run.owner().namespace())
                .withName(Names.job(run.owner().name(), stage, attempt))
                .withLabels(labels)
                .withOwnerReferences(run.owner().reference())
                .endMetadata()
                .withSpec(stage == Command.EVALUATE ? sharded(spec, run) : single(spec))
                .build();
    }

    /** One pod. Whatever it ends with ends the Job, so that its Failed condition names the reason. */
    private static JobSpec single(JobSpecBuilder spec) {
        return spec.withBackoffLimit(0).withPodFailurePolicy(singlePolicy()).build();
    }

    private static PodFailurePolicy singlePolicy() {
        return new PodFailurePolicyBuilder()
                .withRules(
                        // First: what no attempt can repair stays so when the node goes away at the same time.
                        onExitCodes(FAIL_JOB, exitCodes(Reaction.FAIL_AT_ONCE)),
                        onDisruption(FAIL_JOB),
                        // Last: storage (74), stopped (75) and every crash, named by its code.
                        onAnyExitCode(FAIL_JOB))
                .build();
    }

    /** A pod for each shard, all at once. One shard lost for good ends the Job: without it there is no number. */
    private static JobSpec sharded(JobSpecBuilder spec, Run run) {
        return spec
                .withCompletionMode("Indexed")
                .withCompletions(run.shards())
                .withParallelism(run.shards())
                .withBackoffLimitPerIndex(run.limits().backoffLimit())
                .withMaxFailedIndexes(0)
                .withPodFailurePolicy(new PodFailurePolicyBuilder()
                        .withRules(
                                onDisruption(IGNORE),
                                onExitCodes(IGNORE, exitCodes(Reaction.DISRUPTION)),
                                onExitCodes(FAIL_JOB, exitCodes(Reaction.FAIL_AT_ONCE)),
                                onAnyExitCode(COUNT))
                        .build())
                .build();
    }

    private static List<Integer> exitCodes(Reaction reaction) {
        return Arrays.stream(ExitCode.values())
                .filter(exit -> exit.reaction() == reaction)
                .map(ExitCode::code)
                .sorted()
                .toList();
    }

    private static PodFailurePolicyRule onDisruption(String action) {
        return new PodFailurePolicyRuleBuilder()
                .withAction(action)
                .addNewOnPodCondition()
                .withType("DisruptionTarget")
                .withStatus("True")
                .endOnPodCondition()
                .build();
    }

    private static PodFailurePolicyRule onExitCodes(String action, List<Integer> codes) {
        return new PodFailurePolicyRuleBuilder()
                .withAction(action)
                .withNewOnExitCodes()
                .withContainerName(TrainerPod.CONTAINER)
                .withOperator("In")
                .withValues(codes)
                .endOnExitCodes()
                .build();
    }

    private static PodFailurePolicyRule onAnyExitCode(String action) {
        return new PodFailurePolicyRuleBuilder()
                .withAction(action)
                .withNewOnExitCodes()
                .withContainerName(TrainerPod.CONTAINER)
                .withOperator("NotIn")
                .withValues(0)
                .endOnExitCodes()
                .build();
    }
}
