package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.storage.Location;
import java.util.List;
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
        return report(EvaluationPlan.of(run, runId), TrainedModel.read(output, runId).subject(output, run), output);
    }

    /**
     * Of any model.
     *
     * @throws dev.advtrain.trainer.TrainerException 65 naming the shard that is missing or belongs to another run or model
     */
    public static Report report(EvaluationPlan plan, Subject subject, Location output) {
        // The data are not read again: the first shard says how many samples there are, and all must agree.
        EvaluationPlan sized = plan.evaluation().samples() != null ? plan
                : plan.sized(new ShardStore(output, plan, subject.sha256()).samples());
        ShardStore store = new ShardStore(output, sized, subject.sha256());
        List<ShardResult> shards = IntStream.range(0, sized.evaluation().shards()).mapToObj(store::read).toList();
        Report report = new ReportBuilder(sized, shards).build(subject);
        try {
            output.child(OutputFiles.REPORT).write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
        return report;
    }
}
