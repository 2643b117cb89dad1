package dev.advtrain.trainer.proof;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Locale;

/** What benchmarks measure with and how they say it. */
public final class Figures {
    private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private Figures() {}

    /** Of the whole process: what the virtual machine does beside counts too, what else runs on the machine does not. */
    public static double processorSeconds() {
        return PROCESS.getProcessCpuTime() * 1e-9;
    }

    /** Of an odd number of values. */
    public static double median(double... values) {
        return Arrays.stream(values).sorted().toArray()[values.length / 2];
    }

    /** The median, least and most, in a unit. */
    public static String spread(double[] values, double unit) {
        return String.format(Locale.ROOT, "%7.3f (%.3f, %.3f)", median(values) * unit, Arrays.stream(values).min().orElseThrow() * unit,
                Arrays.stream(values).max().orElseThrow() * unit);
    }

    public static void say(String format, Object... arguments) {
        System.out.printf(Locale.ROOT, format + "%n", arguments);
    }
}
