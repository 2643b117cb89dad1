package dev.advtrain.operator.model;

import dev.advtrain.contract.Command;
import dev.advtrain.resolve.Sha256;

/** Names of children: the same for the same input, so that creating twice makes one object. */
public final class Names {
    // The index of a shard ("-999") is appended to the Job's name to form a host name of at most 63 characters.
    static final int MAX_LENGTH = 63 - 4;
    private static final int HASH_LENGTH = 8;

    private Names() {
    }

    public static String job(String owner, Command stage, int attempt) {
        String shortName = switch (stage) {
            case TRAIN -> "train";
            case EVALUATE -> "eval";
            case REPORT -> "report";
        };
        return child(owner, "-atj-" + shortName + "-" + attempt);
    }

    public static String configMap(String owner, String hash) {
        return child(owner, "-atj-run-" + hash.substring(0, HASH_LENGTH));
    }

    /** Owner's name and suffix; cut, with a hash of the whole name, where it would be too long or no host name. */
    static String child(String owner, String suffix) {
        // Owners may have dots in their names, host names of pods may not.
        String label = owner.replace('.', '-');
        if (label.equals(owner) && owner.length() + suffix.length() <= MAX_LENGTH) {
            return owner + suffix;
        }
        int room = MAX_LENGTH - suffix.length() - HASH_LENGTH - 1;
        String head = label.substring(0, Math.min(label.length(), room)).replaceAll("-+$", "");
        return head + "-" + Sha256.hex(owner).substring(0, HASH_LENGTH) + suffix;
    }
}
