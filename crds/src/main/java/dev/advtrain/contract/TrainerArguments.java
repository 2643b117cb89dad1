package dev.advtrain.contract;

/** Names of the trainer's options and of the environment variables it reads. */
public final class TrainerArguments {
    /** Path of the run spec. */
    public static final String RUN_SPEC = "--run-spec";
    /** Digest the bytes of the run spec must have. */
    public static final String SHA256 = "--sha256";
    public static final String RUN_ID = "--run-id";
    /** Number of this attempt, counted from 1. */
    public static final String ATTEMPT = "--attempt";
    /** CLAIM=DIR: the folder a pvc://CLAIM/... input means. */
    public static final String CLAIM = "--claim";
    /** CLAIM=DIR: the folder a pvc://CLAIM/... output means. */
    public static final String OUTPUT_CLAIM = "--output-claim";
    /** NAME=DIR: the folder with the keys of a Secret. */
    public static final String SECRET = "--secret";
    /** Which slice of the samples to attack, counted from 0. */
    public static final String SHARD = "--shard";
    /** A {@link ComputeDevice}: what to train or to attack on. */
    public static final String DEVICE = "--device";
    public static final String TERMINATION_LOG = "--termination-log";
    /** Manifests, instead of a run spec. */
    public static final String FILE = "-f";

    /** Set by Kubernetes in pods of an Indexed Job; the default of {@link #SHARD}. */
    public static final String COMPLETION_INDEX_VARIABLE = "JOB_COMPLETION_INDEX";

    private TrainerArguments() {
    }
}
