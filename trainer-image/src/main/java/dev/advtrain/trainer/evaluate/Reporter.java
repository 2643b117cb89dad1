package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.storage.Location;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;

/** The last step of a run: every shard's verdicts become {@code report.json}. Doing it again gives the same. */
public final class Reporter {
    private static final JsonMapper JSON = new JsonMapper();

    private Reporter() {}

    /**
     * Of the model that training left in the output location.
     *
     * @throws dev.advtrain.trainer.TrainerException 65 naming the shard that is missing or belongs to another run or
     *     model, 73 where the model is another run's
     */
    public static Report report(RunSpec run, String runId, Location output) {
        TrainedModel trained = TrainedModel.read(output, runId);
        return report(EvaluationPlan.of(run, runId), trained.subject(output, run), trained.baseline(output, run), output);
    }

    /**
     * Of any model.
     *
     * @throws dev.advtrain.trainer.TrainerException 65 naming the shard that is missing or belongs to another run or model
     */
    public static Report report(EvaluationPlan plan, Subject subject, Location output) {
        return report(plan, subject, Optional.empty(), output);
    }

    private static Report report(EvaluationPlan plan, Subject subject, Optional<Subject> incoming, Location output) {
        // The data are not read again: the first shard says how many samples there are, and all must agree.
        EvaluationPlan sized = plan.evaluation().samples() != null ? plan
                : plan.sized(new ShardStore(output, plan, subject.sha256()).samples());
        MergedShards merged = new MergedShards(sized, shards(sized, subject, output));
        List<ShardResult> before = incoming.map(model -> shards(sized.ofBaseline(), model, output)).orElse(List.of());
        Optional<String> unsound = before.stream().map(ShardResult::unsound).filter(Objects::nonNull).findFirst();
        MergedShards ofIncoming = before.isEmpty() || unsound.isPresent() ? null : new MergedShards(sized.ofBaseline(), before);
        Report report = new ReportBuilder(sized, merged, ofIncoming, unsound).build(subject, incoming.orElse(null));
        try {
            output.child(OutputFiles.REPORT).write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
        return report;
    }

    private static List<ShardResult> shards(EvaluationPlan plan, Subject model, Location output) {
        ShardStore store = new ShardStore(output, plan, model.sha256());
        return IntStream.range(0, plan.evaluation().shards()).mapToObj(store::read).toList();
    }
}
