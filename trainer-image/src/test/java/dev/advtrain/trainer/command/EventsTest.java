package dev.advtrain.trainer.command;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.Command;
import dev.advtrain.trainer.evaluate.EvaluationProgress;
import dev.advtrain.trainer.train.Progress;
import dev.advtrain.trainer.train.TrainingResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What people and programs see of a command at work. */
class EventsTest {
    private static final long SECOND = 1_000_000_000;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong now = new AtomicLong();

    @Test
    void aTerminalKeepsEpochsAndMovesSteps() {
        TerminalEvents events = new TerminalEvents(out, now::get);
        events.accept(new Event.Step(progress(1, 4, null, null)));
        assertThat(drain()).isEqualTo("\r\u001B[K\u001B[?7lepoch 1/2  step 4/20  loss 1.235  1,000 images/s  1:15 min left\u001B[?7h");
        now.addAndGet(SECOND / 20);
        events.accept(new Event.Step(progress(1, 5, null, null)));
        assertThat(drain()).isEmpty();
        events.accept(new Event.Epoch(progress(1, 10, 0.5, 0.25)));
        assertThat(drain()).isEqualTo("\r\u001B[Kepoch 1/2  loss 1.235  validation: clean 0.500 robust 0.250  1,000 images/s  1:15 min left\n");
        events.accept(new Event.Epoch(progress(2, 20, 0.5, 0.25)));
        assertThat(drain()).isEqualTo("epoch 2/2  loss 1.235  validation: clean 0.500 robust 0.250  1,000 images/s\n");
    }

    @Test
    void aTerminalSaysWhatAnAttackLeft() {
        TerminalEvents events = new TerminalEvents(out, now::get);
        events.accept(new Event.Attacked(new EvaluationProgress(0, 1, null, "clean", 50, 50, 49, 50, 0.04, false)));
        events.accept(new Event.Attacked(new EvaluationProgress(1, 2, "linf", "PGD-20", 49, 49, 30, 50, 2.5, false)));
        assertThat(drain()).isEqualTo("clean     49 of 50 right  0.0 s\nshard 2/2  linf  PGD-20    30 of 50 right  2.5 s\n");
        events.accept(new Event.Attacked(new EvaluationProgress(1, 2, "linf", "FGSM", 49, 49, 2, 50, 0.5, true)));
        assertThat(drain()).isEqualTo("incoming model  shard 2/2  linf  FGSM      2 of 50 right  0.5 s\n");
    }

    @Test
    void aStopIsNoError() {
        TerminalEvents events = new TerminalEvents(out, now::get);
        events.accept(new Event.Failed(Command.TRAIN, 75, "stopped after step 3 of 9; a checkpoint is saved"));
        events.accept(new Event.Failed(Command.TRAIN, 65, "data.train: holds no examples"));
        assertThat(drain()).isEqualTo("stopped after step 3 of 9; a checkpoint is saved; the same command goes on from there\n"
                + "error: data.train: holds no examples\n");
    }

    @Test
    void elsewhereEachEventIsALineOfJson() throws IOException {
        JsonEvents events = new JsonEvents(out, now::get);
        events.accept(new Event.Step(progress(1, 4, null, null)));
        assertThat(drain()).isEmpty();
        now.addAndGet(10 * SECOND);
        events.accept(new Event.Step(progress(1, 5, null, null)));
        JsonNode step = line();
        assertThat(step.get("event").asText()).isEqualTo("step");
        assertThat(step.get("time").asText()).matches("\\d{4}-\\d\\d-\\d\\dT.*Z");
        assertThat(step.get("loss").decimalValue()).hasToString("1.2346");
        events.accept(new Event.Epoch(progress(1, 10, Double.NaN, 0.25)));
        assertThat(line().get("cleanValidation").isNull()).isTrue();
        events.accept(new Event.Trained(new TrainingResult("pvc://out/model.pt", "ab", 2, 20, 21, 2, 1, List.of("a warning"))));
        assertThat(line().get("warnings").get(0).asText()).isEqualTo("a warning");
        events.accept(new Event.Failed(Command.TRAIN, 65, "two\nlines"));
        JsonNode failed = line();
        assertThat(failed.get("command").asText()).isEqualTo("train");
        assertThat(failed.get("exitCode").asInt()).isEqualTo(65);
        assertThat(failed.get("message").asText()).isEqualTo("two\nlines");
    }

    private static Progress progress(int epoch, long step, Double clean, Double robust) {
        return new Progress(epoch, 2, step, 20, 1.23456, clean, robust, 1000, 75);
    }

    private JsonNode line() throws IOException {
        String text = drain();
        assertThat(text).endsWith("\n").containsOnlyOnce("\n");
        return new ObjectMapper().reader().with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).readTree(text);
    }

    private String drain() {
        String text = bytes.toString(StandardCharsets.UTF_8);
        bytes.reset();
        return text;
    }
}
