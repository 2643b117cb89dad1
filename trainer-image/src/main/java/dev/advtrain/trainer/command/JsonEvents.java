package dev.advtrain.trainer.command;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.DecimalNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.advtrain.contract.Gates;
import dev.advtrain.trainer.evaluate.EvaluationProgress;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.LongSupplier;

/** For programs and logs: one JSON object a line. Steps and batches are said at most every ten seconds. */
final class JsonEvents implements Events {
    private static final long QUIET_NANOS = 10_000_000_000L;
    private static final JsonMapper JSON = new JsonMapper();

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private long saidAt;

    JsonEvents(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
        this.saidAt = nanoTime.getAsLong();
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Message message -> say("message", JSON.createObjectNode().put("message", message.text()));
            case Event.Step step -> sayIfQuiet("step", step.progress());
            case Event.Epoch epoch -> say("epoch", JSON.valueToTree(epoch.progress()));
            case Event.Trained trained -> say("trained", JSON.valueToTree(trained.result()));
            case Event.Attacking attacking -> sayIfQuiet("attacking", attacking.progress());
            case Event.Attacked attacked -> say("attacked", attacked(attacked.progress()));
            case Event.Reported reported -> say("reported", reported(reported));
            case Event.Failed failed -> say("failed", JSON.valueToTree(failed));
        }
    }

    private static ObjectNode attacked(EvaluationProgress progress) {
        ObjectNode node = JSON.valueToTree(progress);
        node.remove("done");
        return node;
    }

    private static ObjectNode reported(Event.Reported reported) {
        ObjectNode node = JSON.createObjectNode().put("report", reported.uri());
        node.set("evaluation", JSON.valueToTree(reported.report().summary()));
        if (reported.gates() != null) {
            node.set("missedGates", JSON.valueToTree(Gates.missed(reported.gates(), reported.report().summary())));
        }
        return node;
    }

    /** Four digits after the point; what is not finite becomes null, since JSON has no word for it. */
    private static JsonNode rounded(double value) {
        if (!Double.isFinite(value)) {
            return NullNode.getInstance();
        }
        return DecimalNode.valueOf(BigDecimal.valueOf(value).setScale(4, RoundingMode.HALF_UP).stripTrailingZeros());
    }

    private void sayIfQuiet(String event, Record progress) {
        if (nanoTime.getAsLong() - saidAt >= QUIET_NANOS) {
            say(event, JSON.valueToTree(progress));
        }
    }

    private void say(String event, ObjectNode fields) {
        ObjectNode line = JSON.createObjectNode()
                .put("time", Instant.now().truncatedTo(ChronoUnit.MILLIS).toString()).put("event", event);
        line.setAll(fields);
        line.properties().forEach(field -> {
            if (field.getValue().isDouble()) {
                field.setValue(rounded(field.getValue().doubleValue()));
            }
        });
        try {
            out.println(JSON.writeValueAsString(line));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an event cannot be written as JSON", e);
        }
        out.flush();
        saidAt = nanoTime.getAsLong();
    }
}
