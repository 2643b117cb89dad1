package dev.advtrain.contract;

/** Where things are inside a pod of the trainer. */
public final class PodPaths {
    /** Keys of the ConfigMap and names of the files in {@link #RUN_SPEC_DIRECTORY}. */
    public static final String TRAIN_KEY = "train.json";
    public static final String EVALUATE_KEY = "evaluate.json";
    public static final String RUN_SPEC_DIRECTORY = "/etc/advtrain";

    public static final String TERMINATION_LOG = "/dev/termination-log";
    public static final String TMP = "/tmp";
    public static final String WORK = "/work";

    private PodPaths() {
    }

    /** The file the key of a command is mounted as. */
    public static String runSpec(Command command) {
        return RUN_SPEC_DIRECTORY + "/" + runSpecKey(command);
    }

    /** Training never sees the location of the test data; everything else reads the whole run spec. */
    public static String runSpecKey(Command command) {
        return command == Command.TRAIN ? TRAIN_KEY : EVALUATE_KEY;
    }

    /** Where the claim of an input is mounted, read-only. */
    public static String input(String claim) {
        return "/var/run/advtrain/inputs/" + claim;
    }

    /** Where the claim of the output is mounted. */
    public static String output(String claim) {
        return "/var/run/advtrain/output/" + claim;
    }

    /** Where a Secret is mounted: a file for each key. */
    public static String secret(String name) {
        return "/var/run/advtrain/secrets/" + name;
    }
}
