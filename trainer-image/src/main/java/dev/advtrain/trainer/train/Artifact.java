package dev.advtrain.trainer.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.Storage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Objects;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The hardened model in the output location: its files and {@code training.json}, which is written last. */
final class Artifact {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern SHARD = Pattern.compile("\\d+(\\.baseline)?(\\.partial)?\\.json");

    private final Location output;
    private final String runId;

    Artifact(Location output, String runId) {
        this.output = output;
        this.runId = runId;
    }

    /**
     * What this run left there, if it is already done: a retry after the message was lost.
     *
     * @param begun whether an earlier attempt of this run wrote to this output; a model without report is then its own
     * @throws TrainerException 73 where another run's artifact lies there and may not be replaced
     */
    Optional<TrainingReport> finished(boolean begun, boolean overwrite) {
        Location training = output.child(OutputFiles.TRAINING);
        if (!training.exists()) {
            if (output.child(OutputFiles.MODEL).exists() && !begun && !overwrite) {
                throw taken("a " + OutputFiles.MODEL + " without " + OutputFiles.TRAINING);
            }
            return Optional.empty();
        }
        TrainingReport report = read(training);
        if (report == null || !runId.equals(report.runId())) {
            if (!overwrite) {
                throw taken("the artifact of run " + (report == null ? "unknown" : report.runId()));
            }
            return Optional.empty();
        }
        boolean whole = Stream.of(report.model(), report.safetensors(), report.baseline()).filter(Objects::nonNull).allMatch(this::whole);
        return whole ? Optional.of(report) : Optional.empty();
    }

    /**
     * Removes what an earlier artifact left, before anything is written: its model, its verdicts and its report would pass
     * for this run's. {@code training.json} goes first; without it nothing there counts as whole, whatever is left by a crash.
     *
     * @throws TrainerException 73 where another run has finished there and may not be replaced
     */
    void begin(boolean overwrite) {
        finished(true, overwrite);
        Location training = output.child(OutputFiles.TRAINING);
        if (!overwrite && !training.exists()) {
            return;
        }
        training.delete();
        output.child(OutputFiles.REPORT).delete();
        output.child(OutputFiles.HTML_REPORT).delete();
        Location shards = output.child(OutputFiles.SHARDS);
        shards.list().stream().filter(name -> SHARD.matcher(name).matches()).forEach(name -> shards.child(name).delete());
        output.child(OutputFiles.SAFETENSORS).delete();
        output.child(OutputFiles.BASELINE).delete();
        output.child(OutputFiles.MODEL).delete();
    }

    TrainingReport.OutputFile write(String name, Storage.Content content) {
        MessageDigest digest = Sha256.newDigest();
        output.child(name).write(out -> {
            digest.reset();
            content.writeTo(new DigestOutputStream(out, digest));
        });
        return new TrainingReport.OutputFile(name, HexFormat.of().formatHex(digest.digest()));
    }

    void finish(TrainingReport report) {
        try {
            output.child(OutputFiles.TRAINING).write(JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(report));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    TrainingResult result(TrainingReport report) {
        List<AttemptRecord> attempts = report.attempts();
        return new TrainingResult(output.child(report.model().file()).uri(), report.model().sha256(), report.selectedEpoch(),
                report.steps(), report.stepsDone(), report.epochs().size(), attempts.getLast().attempt(), report.warnings());
    }

    private static TrainingReport read(Location training) {
        try {
            return JSON.readValue(training.readAll(), TrainingReport.class);
        } catch (IOException e) {
            return null;
        }
    }

    private boolean whole(TrainingReport.OutputFile file) {
        Location location = output.child(file.file());
        if (!location.exists()) {
            return false;
        }
        MessageDigest digest = Sha256.newDigest();
        try (InputStream in = new DigestInputStream(location.read(), digest)) {
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, location.uri() + ": reading failed: " + e.getMessage(), e);
        }
        return HexFormat.of().formatHex(digest.digest()).equals(file.sha256());
    }

    private TrainerException taken(String what) {
        return new TrainerException(ExitCode.OUTPUT_TAKEN, "output.uri: " + output.uri() + " holds " + what
                + "; expected an empty folder or one of this run. Choose another uri, or set output.overwrite");
    }
}
