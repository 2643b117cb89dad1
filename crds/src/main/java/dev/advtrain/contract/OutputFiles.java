package dev.advtrain.contract;

/** Names of the files in the output location, relative to it. */
public final class OutputFiles {
    /** {@code schemaVersion} of every JSON file. */
    public static final int SCHEMA_VERSION = 1;

    public static final String MODEL = "model.pt";
    /** The incoming model, as training found it; where it is measured too. */
    public static final String BASELINE = "baseline.pt";
    public static final String SAFETENSORS = "model.safetensors";
    public static final String TRAINING = "training.json";
    public static final String REPORT = "report.json";
    public static final String HTML_REPORT = "report.html";
    public static final String SHARDS = "shards";
    public static final String CHECKPOINTS = "checkpoints";

    private OutputFiles() {
    }

    /** The verdicts of one slice of the samples, counted from 0. */
    public static String shard(int index) {
        return SHARDS + "/" + index + ".json";
    }

    /** The same while it is not done. */
    public static String partialShard(int index) {
        return SHARDS + "/" + index + ".partial.json";
    }

    /** The verdicts on the incoming model of the same slice. */
    public static String baselineShard(int index) {
        return SHARDS + "/" + index + ".baseline.json";
    }

    /** The same while it is not done. */
    public static String partialBaselineShard(int index) {
        return SHARDS + "/" + index + ".baseline.partial.json";
    }
}
