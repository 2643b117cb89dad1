package dev.advtrain.operator.e2e;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What a test may do on the machine of the node itself: look into volumes, kill processes. */
final class Node {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Node() {
    }

    /** The folder of this machine that a claim's volume is. */
    static Path volume(String namespace, String claim) {
        String folder = run("cluster", "volume", namespace + "/" + claim).strip();
        if (folder.isEmpty()) {
            throw new IllegalStateException("dev/cluster volume names no folder of " + namespace + "/" + claim);
        }
        return Path.of(folder);
    }

    /** The trainer on this machine. */
    static void advtrain(String... arguments) {
        run("advtrain", arguments);
    }

    /** What a script of {@code dev/} prints. */
    private static String run(String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(ROOT.resolve("dev").resolve(script).toString()));
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            String output = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A file of the project, such as an example. */
    static String read(String file) {
        try {
            return Files.readString(ROOT.resolve(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** SIGKILL to every process of the pod's container. */
    static void kill(Pod pod) {
        String container = pod.getStatus().getContainerStatuses().getFirst().getContainerID().replaceFirst(".*://", "");
        long killed = ProcessHandle.allProcesses()
                .filter(process -> inContainer(process, container))
                .filter(ProcessHandle::destroyForcibly)
                .count();
        if (killed == 0) {
            throw new IllegalStateException("no process of container " + container + " on this machine: is it that of the node?");
        }
    }

    private static boolean inContainer(ProcessHandle process, String container) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(process.pid()), "cgroup")).contains(container);
        } catch (IOException e) {
            // Ended since it was listed.
            return false;
        }
    }
}
