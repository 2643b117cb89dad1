package dev.advtrain.contract;

import dev.advtrain.api.v1alpha1.ApiGroup;

/** Labels on everything the operator makes for a job, and on what people let it use. */
public final class Labels {
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String MANAGED_BY_VALUE = "advtrain";
    /** The {@link Command} a Job or pod runs. */
    public static final String COMPONENT = "app.kubernetes.io/component";
    /** Name of the AdversarialTrainingJob. */
    public static final String JOB = ApiGroup.NAME + "/job";
    /** Number of the attempt, counted from 1. */
    public static final String ATTEMPT = ApiGroup.NAME + "/attempt";

    /** On Secrets, set to {@link #STORAGE_VALUE} by who makes them: jobs may mount them. */
    public static final String STORAGE = ApiGroup.NAME + "/storage";
    public static final String STORAGE_VALUE = "true";

    private Labels() {
    }
}
