package dev.advtrain.trainer.proof;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Stream;

/** What benchmarks measure with and how they say it. */
public final class Figures {
    private static final OperatingSystemMXBean PROCESS = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private static final Path STATUS = Path.of("/proc/self/status");

    private Figures() {}

    /** Of the whole process: what the virtual machine does beside counts too, what else runs on the machine does not. */
    public static double processorSeconds() {
        return PROCESS.getProcessCpuTime() * 1e-9;
    }

    /** Bytes of this process that lie in memory. */
    public static long residentBytes() {
        return status("VmRSS:");
    }

    /** The most of them so far. */
    public static long peakResidentBytes() {
        return status("VmHWM:");
    }

    private static long status(String field) {
        try (Stream<String> lines = Files.lines(STATUS)) {
            String line = lines.filter(candidate -> candidate.startsWith(field)).findFirst().orElseThrow();
            return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
