package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.TensorRef;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Archives whose tensors do not lie in memory row by row, as those of models in channels-last format. */
public final class ColumnMajor {

    private ColumnMajor() {}

    /** The same module, with a matrix of its root stored by columns. */
    @SuppressWarnings("unchecked")
    public static TorchScriptArchive of(TorchScriptArchive archive, String matrix) {
        Map<Object, Object> state = (Map<Object, Object>) archive.root().state();
        TensorRef rows = (TensorRef) state.get(matrix);
        try {
            Path file = Files.createTempFile("column-major", ".pt");
            try {
                state.put(matrix, new TensorRef(rows.storage(), 0, rows.shape(), new long[] {1, rows.shape()[0]}, rows.requiresGrad(), rows.hooks()));
                Files.write(file, archive.toBytes());
                return TorchScriptArchive.read(file).withTensors(archive.tensors());
            } finally {
                state.put(matrix, rows);
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
