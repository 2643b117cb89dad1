package dev.advtrain.trainer.command;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.evaluate.EvaluationProgress;
import dev.advtrain.trainer.train.Progress;
import dev.advtrain.trainer.train.TrainingResult;
import java.io.PrintStream;
import java.util.Locale;
import java.util.function.LongSupplier;

/** For people: what is done stays, one line a step of the work; below it a line that moves. */
final class TerminalEvents implements Events {
    private static final long REDRAW_NANOS = 100_000_000;
    private static final String ERASE_LINE = "\r\u001B[K";
    /** A line that is too long for the terminal is cut: wrapped, it could not be erased. */
    private static final String WRAP_OFF = "\u001B[?7l";
    private static final String WRAP_ON = "\u001B[?7h";

    private final PrintStream out;
    private final LongSupplier nanoTime;
    private boolean drawn;
    private long drawnAt;

    TerminalEvents(PrintStream out, LongSupplier nanoTime) {
        this.out = out;
        this.nanoTime = nanoTime;
    }

    @Override
    public void accept(Event event) {
        switch (event) {
            case Event.Message message -> keep(message.text());
            case Event.Step step -> move(training(step.progress(),
                    format("  step %d/%d", step.progress().step(), step.progress().steps())));
            case Event.Epoch epoch -> keep(training(epoch.progress(), ""));
            case Event.Trained trained -> keep(trained(trained.result()));
            case Event.Attacking attacking -> move(attack(attacking.progress())
                    + "  " + attacking.progress().done() + "/" + attacking.progress().of() + " attacked");
            case Event.Attacked attacked -> keep(attack(attacked.progress()));
            case Event.Reported reported -> keep(ResultTable.of(reported));
            case Event.Failed failed when failed.exitCode() == ExitCode.STOPPED.code() ->
                keep(failed.message() + "; the same command goes on from there");
            case Event.Failed failed -> keep("error: " + failed.message());
        }
    }

    private static String training(Progress p, String step) {
        StringBuilder line = new StringBuilder(format("epoch %d/%d%s  loss %.3f", p.epoch(), p.epochs(), step, p.loss()));
        if (p.cleanValidation() != null) {
            line.append(format("  validation: clean %.3f robust %.3f", p.cleanValidation(), p.robustValidation()));
        }
        line.append(format("  %,.0f images/s", p.imagesPerSecond()));
        if (p.step() < p.steps()) {
            line.append("  ").append(duration(p.secondsLeft())).append(" left");
        }
        return line.toString();
    }

    private static String trained(TrainingResult result) {
        StringBuilder text = new StringBuilder(format("epoch %d selected: %s", result.selectedEpoch(), result.modelUri()));
        result.warnings().forEach(warning -> text.append("\nwarning: ").append(warning));
        return text.toString();
    }

    private static String attack(EvaluationProgress p) {
        return (p.baseline() ? "incoming model  " : "") + (p.shards() > 1 ? format("shard %d/%d  ", p.shard() + 1, p.shards()) : "")
                + (p.threatModel() == null ? "" : p.threatModel() + "  ")
                + format("%-8s  %d of %d right  %.1f s", p.attack(), p.right(), p.samples(), p.seconds());
    }

    private static String duration(double seconds) {
        long s = Math.round(seconds);
        return s < 60 ? s + " s" : s < 3600 ? format("%d:%02d min", s / 60, s % 60) : format("%d:%02d h", s / 3600, s / 60 % 60);
    }

    private static String format(String format, Object... arguments) {
        return String.format(Locale.ROOT, format, arguments);
    }

    private void keep(String text) {
        out.println((drawn ? ERASE_LINE : "") + text);
        out.flush();
        drawn = false;
    }

    private void move(String line) {
        long now = nanoTime.getAsLong();
        if (drawn && now - drawnAt < REDRAW_NANOS) {
            return;
        }
        out.print(ERASE_LINE + WRAP_OFF + line + WRAP_ON);
        out.flush();
        drawn = true;
        drawnAt = now;
    }
}
