package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.trainer.storage.Location;
import java.util.stream.IntStream;

/** The last step of a run: every shard's verdicts become {@code report.json}. Doing it again gives the same. */
public final class Reporter {
    private static final JsonMapper JSON = new JsonMapper();

    private Reporter() {}

    /**
     * @throws dev.advtrain.trainer.TrainerException 65 naming the shard that is missing or belongs to another run or
     *     model, 73 where the model is another run's
     */
    public static Report report(RunSpec run, String runId, Location output) {
        TrainedModel trained = TrainedModel.read(output, runId);
        ShardStore shards = new ShardStore(output, run, runId, trained.model().sha256());
        Report report = ReportBuilder.build(run, runId, trained, output.child(trained.model().file()).uri(),
                IntStream.range(0, run.evaluation().shards()).mapToObj(shards::read).toList());
        try {
            output.child(OutputFiles.REPORT).write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a report cannot be written as JSON", e);
        }
        return report;
    }
}
