package dev.advtrain.trainer.tensor;

/** Settings that libtorch's thread pool takes from the environment of the process when it is loaded, and only then. */
final class OpenMp {
    private OpenMp() {}

    /**
     * Lets threads that wait for others sleep. By default they spin, which takes the processor from the one they wait for
     * wherever there are more runnable threads than processors: 50 times slower on a shared machine, and a container's CPU
     * quota spent on nothing. A value the user has set stays.
     */
    static void waitPassively() {
        ProcessEnvironment.setDefault("OMP_WAIT_POLICY", "PASSIVE");
    }
}
