package dev.advtrain.trainer.evaluate;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.data.Format;
import dev.advtrain.trainer.model.ModelShape;
import dev.advtrain.trainer.model.Normalization;
import dev.advtrain.trainer.model.WrappedModel;
import dev.advtrain.trainer.tensor.TorchScriptArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * A TorchScript file that no run of the project wrote.
 *
 * @param normalization what its callers do to inputs
 */
public record ModelFile(Path path, String sha256, Format format, Optional<Normalization> normalization) {

    /** @throws TrainerException 65 where the file cannot be read */
    public static ModelFile open(Path path, Format format, Optional<Normalization> normalization) {
        try {
            return new ModelFile(path, Sha256.hex(Files.readAllBytes(path)), format, normalization);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, path + ": " + (e instanceof NoSuchFileException ? "no such file"
                    : "cannot be read: " + e.getMessage()), e);
        }
    }

    public Subject subject() {
        return new Subject(path.toUri().toString(), sha256, null, null, List.of(), null, this::load);
    }

    private WrappedModel load() {
        try {
            return WrappedModel.load(TorchScriptArchive.read(path), new ModelShape(format.shape(), format.classes()),
                    Normalization.within(normalization, format.units()));
        } catch (IOException e) {
            throw new TrainerException(ExitCode.DATA, path + ": " + e.getMessage(), e);
        }
    }
}
