package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;

/** Paths of plain names, which mean the same to every storage. */
final class PlainPath {
    private PlainPath() {
    }

    /** Refuses what could lead elsewhere, or name one file in two ways. */
    static void require(Storage storage, String path) {
        for (String segment : path.split("/", -1)) {
            if (segment.equals("..") || segment.equals(".") || segment.isEmpty() && !path.isEmpty()) {
                throw new TrainerException(ExitCode.RUN_SPEC,
                        storage.uri(path) + ": '" + segment + "' in the path; expected plain names between single slashes");
            }
        }
    }
}
