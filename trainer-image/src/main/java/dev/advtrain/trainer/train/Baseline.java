package dev.advtrain.trainer.train;

import dev.advtrain.contract.OutputFiles;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.InputStream;

/**
 * The model before its first step, for {@code evaluation.baseline}. It lies beside the checkpoints until the artifact is written: an
 * attempt that goes on may find another file where the first one read its model, and an output that is to be overwritten stays whole so long.
 */
final class Baseline {
    private static final int SHORT_DIGEST = 16;

    private final Location file;

    /** @param checkpoints where other runs may have theirs */
    Baseline(Location checkpoints, String runId) {
        this.file = checkpoints.child("baseline-" + Sha256.hex(runId).substring(0, SHORT_DIGEST) + ".pt");
    }

    /**
     * Before the first step of an attempt.
     *
     * @param goesOn whether training goes on from a checkpoint; where it begins anew, an earlier attempt may have begun with another file
     */
    void keep(TorchScriptArchive model, boolean goesOn) {
        if (!goesOn || !file.exists()) {
            file.write(model::write);
        }
    }

    TrainingReport.OutputFile publish(Artifact artifact) {
        return artifact.write(OutputFiles.BASELINE, out -> {
            try (InputStream in = file.read()) {
                in.transferTo(out);
            }
        });
    }

    void delete() {
        file.delete();
    }
}
