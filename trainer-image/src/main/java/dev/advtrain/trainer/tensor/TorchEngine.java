package dev.advtrain.trainer.tensor;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.engine.Engine;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.types.Shape;
import ai.djl.pytorch.jni.JniUtils;
import dev.advtrain.contract.ComputeDevice;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;

/**
 * The one place that starts libtorch and sets what is global to it: threads from the processors this process may use (a
 * container's CPU limit, which libtorch itself does not see), the device, and per Java thread no autograd and no profiling
 * executor.
 */
public final class TorchEngine {
    private static final String NAME = "PyTorch";
    private static final ThreadLocal<Boolean> PREPARED = ThreadLocal.withInitial(() -> {
        // The profiling executor compiles again for each new batch size, for minutes.
        JniUtils.setGraphExecutorOptimize(false);
        JniUtils.setGradMode(false);
        return true;
    });

    private static volatile ComputeDevice device = ComputeDevice.CPU;

    private TorchEngine() {}

    /**
     * Starts the engine on first use and makes the calling thread ready for it.
     *
     * @throws TrainerException 78 where the native libraries are missing
     */
    public static void start() {
        Started.engine();
        PREPARED.get();
    }

    /**
     * Chooses where all tensors of this process live from now on. On a GPU sums are made in one order, each time, and in
     * float32 (no TF32), as far as its kernels can.
     *
     * @throws TrainerException 78 where there is no such device; the one before stays
     */
    public static void use(ComputeDevice chosen) {
        start();
        if (chosen == ComputeDevice.CUDA) {
            requireCuda();
            Determinism.require();
        }
        device = chosen;
    }

    /** The device of all tensors. */
    public static ComputeDevice device() {
        return device;
    }

    /** By making a tensor there: what is missing (libraries, driver, device) the engine then says itself. */
    private static void requireCuda() {
        try (NDManager scope = Started.engine().newBaseManager(Device.gpu()); NDArray one = scope.ones(new Shape(1))) {
            one.toFloatArray();
        } catch (EngineException e) {
            String reason = TorchModule.reason(e);
            throw new TrainerException(ExitCode.DEVICE, "no CUDA device was found, and one was asked for: expected libtorch with CUDA, a driver"
                    + " and a GPU that this process may use; "
                    + (reason.contains("'CUDA' backend") ? "this libtorch is built for the CPU alone" : "libtorch says: " + reason), e);
        }
    }

    /** A scope for tensors on the device: closing it frees all of them. */
    public static NDManager newScope() {
        start();
        return Started.engine().newBaseManager(device == ComputeDevice.CUDA ? Device.gpu() : Device.cpu());
    }

    /** Threads one operator may use. Results depend on the number in their last digits. */
    public static int threads() {
        start();
        return JniUtils.getNumThreads();
    }

    /** Of libtorch. */
    public static String version() {
        return Started.engine().getVersion();
    }

    /** Seeds the generator of operators that draw for themselves, such as dropout. */
    public static void seed(long seed) {
        start();
        JniUtils.setSeed(seed);
    }

    private static final class Started {
        private static final Engine ENGINE;
        private static final EngineException FAILURE;

        static {
            OpenMp.waitPassively();
            Determinism.prepare();
            Engine engine = null;
            EngineException failure = null;
            // All that is needed is on the class path; otherwise DJL may fetch libraries and report its use to its makers.
            setDefault("ai.djl.offline", "true");
            setDefault("ai.djl.pytorch.num_threads", Integer.toString(Runtime.getRuntime().availableProcessors()));
            setDefault("ai.djl.pytorch.num_interop_threads", "1");
            setDefault("ai.djl.pytorch.graph_optimizer", "false");
            try {
                engine = Engine.getEngine(NAME);
            } catch (EngineException e) {
                failure = e;
            }
            ENGINE = engine;
            FAILURE = failure;
        }

        static Engine engine() {
            if (FAILURE != null) {
                throw new TrainerException(ExitCode.DEVICE, "the PyTorch engine could not be started: " + FAILURE.getMessage()
                        + (FAILURE.getCause() == null ? "" : ": " + FAILURE.getCause().getMessage()), FAILURE);
            }
            return ENGINE;
        }

        private static void setDefault(String property, String value) {
            if (System.getProperty(property) == null) {
                System.setProperty(property, value);
            }
        }
    }
}
