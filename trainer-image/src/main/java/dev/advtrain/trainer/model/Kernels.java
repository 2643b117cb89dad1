package dev.advtrain.trainer.model;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * TorchScript methods kept as text in {@code resources/torchscript}, one kernel a file. {@code $SELF} in them is the
 * class they become part of; a file with {@code $NORM} is taken once for each norm and may call the methods of
 * {@code norm_NORM.py}.
 */
final class Kernels {
    private static final String FOLDER = "/torchscript/";
    private static final List<String> NORMS = List.of("linf", "l2");
    private static final List<String> STANDARD = List.of("state", "batch", "losses", "loss_gradient", "norm_linf", "norm_l2",
            "gaussian_start", "pgd_step", "apgd_step", "apgd_return", "plane_step", "fab_step", "fab_keep", "square_places", "square_linf", "square_l2", "square_keep", "square_step",
            "predict", "measure");

    private Kernels() {}

    /** The methods every model gets, and those of the files named. */
    static String text(List<String> additional) {
        return STANDARD.stream().map(Kernels::read).collect(Collectors.joining())
                + additional.stream().map(Kernels::read).collect(Collectors.joining());
    }

    private static String read(String name) {
        try (InputStream in = Kernels.class.getResourceAsStream(FOLDER + name + ".py")) {
            if (in == null) {
                throw new IllegalArgumentException("no kernel file " + FOLDER + name + ".py");
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.contains("$NORM")
                    ? NORMS.stream().map(norm -> text.replace("$NORM", norm)).collect(Collectors.joining())
                    : text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
