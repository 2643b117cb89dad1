package dev.advtrain.trainer.proof;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.util.Map;

/** The other side of a comparison, as users start it: a script that answers each line it is told with one line. */
public final class PythonProcess implements AutoCloseable {
    private final Process process;
    private final Writer in;
    private final BufferedReader out;

    public PythonProcess(Map<String, String> environment, String... command) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        // Of the trainer's image alone.
        builder.environment().keySet().removeIf(name -> name.startsWith("MALLOC_"));
        builder.environment().putAll(environment);
        process = builder.start();
        in = process.outputWriter();
        out = process.inputReader();
    }

    /** @return the words of the answer */
    public String[] ask(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
        String answer = out.readLine();
        if (answer == null) {
            throw new IOException("the Python side ended with " + process.onExit().join().exitValue());
        }
        return answer.split(" ");
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
