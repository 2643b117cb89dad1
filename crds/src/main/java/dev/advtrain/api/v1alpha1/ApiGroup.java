package dev.advtrain.api.v1alpha1;

/** Group, version and the names every kind of it shares. */
public final class ApiGroup {
    public static final String NAME = "advtrain.dev";
    public static final String VERSION = "v1alpha1";
    public static final String API_VERSION = NAME + "/" + VERSION;
    /** {@code kubectl get advtrain} lists every namespaced kind. */
    public static final String CATEGORY = "advtrain";
    /** Child names are built from the name of a job, with room left for their endings. */
    public static final int MAX_NAME_LENGTH = 40;
    public static final String NAME_RULE = "size(self.metadata.name) <= 40";
    public static final String NAME_MESSAGE = "metadata.name must be at most 40 characters";

    private ApiGroup() {
    }
}
