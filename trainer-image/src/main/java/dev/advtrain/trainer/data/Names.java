package dev.advtrain.trainer.data;

import dev.advtrain.resolve.CanonicalJson;
import dev.advtrain.resolve.Sha256;
import java.util.List;
import java.util.stream.IntStream;

/** What data call their features and classes, as a digest: a name may say something about whom the data are of. */
final class Names {
    private Names() {}

    /** @param names in the order of the features, or of the classes */
    static String digest(List<String> names) {
        return Sha256.hex(CanonicalJson.write(names));
    }

    /** Of classes that are called by their numbers. */
    static List<String> numbers(int classes) {
        return IntStream.range(0, classes).mapToObj(Integer::toString).toList();
    }
}
