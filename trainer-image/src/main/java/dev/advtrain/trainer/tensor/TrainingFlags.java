package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.Instance;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes a model trainable whose code was written down by tracing or freezing: there, operators that differ in train and
 * eval mode have the mode of that moment as a literal. It becomes {@code self.training} of the module whose code it is.
 * Scripted code reads the attribute itself and stays as it is. Only the text of {@code code/} changes.
 */
public final class TrainingFlags {
    /** The position of the flag among the arguments; for normalizations that of the running mean too, for there may be none. */
    private static final Map<String, Integer> NORMALIZATIONS = Map.of("batch_norm", 5, "native_batch_norm", 5, "_native_batch_norm_legit", 5,
            "_batch_norm_impl_index", 5, "cudnn_batch_norm", 5, "miopen_batch_norm", 5, "instance_norm", 5);
    private static final Map<String, Integer> NOISES = Map.ofEntries(Map.entry("dropout", 2), Map.entry("dropout_", 2),
            Map.entry("feature_dropout", 2), Map.entry("feature_dropout_", 2), Map.entry("alpha_dropout", 2), Map.entry("alpha_dropout_", 2),
            Map.entry("feature_alpha_dropout", 2), Map.entry("feature_alpha_dropout_", 2), Map.entry("native_dropout", 2),
            Map.entry("rrelu", 3), Map.entry("rrelu_", 3), Map.entry("rrelu_with_noise", 4), Map.entry("rrelu_with_noise_", 4));
    /** What rrelu's arguments are where the text leaves them out. */
    private static final List<String> RRELU = List.of("", "0.125", "0.33333333333333331", "False");
    private static final Set<String> RECURRENT = Set.of("lstm", "gru", "rnn_tanh", "rnn_relu");
    private static final String ATTENTION = "scaled_dot_product_attention";
    private static final int ATTENTION_DROPOUT = 4;
    private static final int RUNNING_MEAN = 3;
    private static final Pattern CALL = Pattern.compile("\\btorch\\.([a-z_]+)\\(");
    private static final Pattern CLASS = Pattern.compile("(?ms)^class (\\w+)\\(Module\\):\\n.*?(?=^\\S|\\z)");
    private static final Pattern NUMBER = Pattern.compile("[0-9.]+(e-?[0-9]+)?");
    private static final Pattern TRAINING = Pattern.compile("(?m)^  training : bool$");

    /**
     * @param archive the model with live flags
     * @param live how many literals became live; 0 leaves the archive as it was
     * @param keepsEvaluation whether in eval mode the model computes what it computed before: not where it was traced in train mode
     * @param left how many operators keep drawing at random in eval mode: they were so in the model given
     */
    public record Result(TorchScriptArchive archive, int live, boolean keepsEvaluation, int left) {}

    /** A literal in the text of a class: {@code text} goes from {@code start} to {@code end}. */
    private record Flag(String file, String className, int start, int end, String text, boolean on, boolean normalization) {}

    private final TorchScriptArchive archive;
    private final List<Flag> flags = new ArrayList<>();

    private TrainingFlags(TorchScriptArchive archive) {
        this.archive = archive;
    }

    public static Result makeLive(TorchScriptArchive archive) {
        return new TrainingFlags(archive).result();
    }

    private Result result() {
        archive.files().forEach((file, content) -> {
            if (TorchScriptArchive.isCode(file)) {
                collect(file, TorchScriptText.withoutStrings(new String(content, StandardCharsets.UTF_8)));
            }
        });
        boolean tracedInTrainMode = flags.stream().anyMatch(flag -> flag.normalization && flag.on)
                || flags.stream().allMatch(Flag::on) && archive.savedInTrainMode();
        // Noise that was on in a model traced in eval mode is meant: it is a defence, and part of what the model computes.
        List<Flag> baked = flags.stream().filter(flag -> !flag.on || flag.normalization || tracedInTrainMode).toList();
        int left = flags.size() - baked.size();
        if (baked.isEmpty()) {
            return new Result(archive, 0, true, left);
        }
        try {
            return new Result(rewritten(baked), baked.size(), baked.stream().noneMatch(Flag::on), left);
        } catch (IOException e) {
            throw new IllegalStateException("an archive that was whole no longer is", e);
        }
    }

    private TorchScriptArchive rewritten(List<Flag> baked) throws IOException {
        SequencedMap<String, byte[]> files = new LinkedHashMap<>(archive.files());
        Set<String> off = new HashSet<>();
        Set<String> without = new LinkedHashSet<>();
        Set<String> changed = new LinkedHashSet<>();
        baked.forEach(flag -> changed.add(flag.file));
        for (String file : changed) {
            String text = new String(files.get(file), StandardCharsets.UTF_8);
            StringBuilder edited = new StringBuilder(text);
            List<Flag> here = baked.stream().filter(flag -> flag.file.equals(file)).sorted(Comparator.comparingInt(Flag::start)).toList();
            for (Flag flag : here.reversed()) {
                edited.replace(flag.start, flag.end, flag.text);
            }
            for (Flag flag : here) {
                String qualifiedName = TorchScriptArchive.module(file) + "." + flag.className;
                if (!flag.on) {
                    off.add(qualifiedName);
                }
                Matcher definition = classes(edited, flag.className);
                if (!TRAINING.matcher(definition.group()).find()) {
                    int after = edited.indexOf("\n", edited.indexOf("__buffers__", definition.start())) + 1;
                    edited.insert(after, TorchScriptText.declaration("training", "bool"));
                    without.add(qualifiedName);
                }
            }
            files.put(file, edited.toString().getBytes(StandardCharsets.UTF_8));
        }
        // A copy that shares what was shared: the tree of an archive is never changed.
        Instance root = (Instance) PickleReader.read(PickleWriter.write(archive.root()));
        setOff(root, off, without, Collections.newSetFromMap(new IdentityHashMap<>()));
        return new TorchScriptArchive(root, archive.storages(), files);
    }

    private static Matcher classes(CharSequence text, String name) {
        Matcher matcher = CLASS.matcher(text);
        while (matcher.find()) {
            if (matcher.group(1).equals(name)) {
                return matcher;
            }
        }
        throw new IllegalStateException("no class " + name);
    }

    /** Code that was in eval mode whatever the attribute said must be so as long as nobody asks for train mode. */
    @SuppressWarnings("unchecked")
    private static void setOff(Instance module, Set<String> off, Set<String> without, Set<Instance> seen) {
        if (!(module.state() instanceof Map<?, ?> state) || !seen.add(module)) {
            return;
        }
        String type = module.type().qualifiedName();
        if (off.contains(type) || without.contains(type)) {
            ((Map<String, Object>) state).put("training", false);
        }
        state.values().forEach(value -> {
            if (value instanceof Instance child) {
                setOff(child, off, without, seen);
            }
        });
    }

    private void collect(String file, String text) {
        Matcher definition = CLASS.matcher(text);
        while (definition.find()) {
            Matcher call = CALL.matcher(text).region(definition.start(), definition.end());
            while (call.find()) {
                List<int[]> arguments = TorchScriptText.arguments(text, call.end());
                flag(file, definition.group(1), text, call.group(1), arguments);
            }
        }
    }

    private void flag(String file, String className, String text, String operator, List<int[]> arguments) {
        List<String> values = arguments.stream().map(range -> text.substring(range[0], range[1])).toList();
        if (NORMALIZATIONS.containsKey(operator)) {
            int at = NORMALIZATIONS.get(operator);
            // Without running statistics those of the batch are used in either mode.
            if (values.size() > at && !values.get(RUNNING_MEAN).equals("None")) {
                literal(file, className, values.get(at), arguments.get(at), true);
            }
        } else if (NOISES.containsKey(operator)) {
            int at = NOISES.get(operator);
            if (values.size() > at) {
                literal(file, className, values.get(at), arguments.get(at), false);
            } else if (operator.startsWith("rrelu") && at == RRELU.size() - 1 && !values.isEmpty()) {
                int end = arguments.getLast()[1];
                String missing = String.join(", ", RRELU.subList(values.size(), at));
                flags.add(new Flag(file, className, end, end, ", " + (missing.isEmpty() ? "" : missing + ", ") + "self.training", false, false));
            }
        } else if (RECURRENT.contains(operator) && values.size() > 7) {
            // Packed sequences have one argument more before has_biases, the first literal.
            int at = values.get(3).equals("True") || values.get(3).equals("False") ? 6 : 7;
            literal(file, className, values.get(at), arguments.get(at), false);
        } else if (operator.equals(ATTENTION) && values.size() > ATTENTION_DROPOUT) {
            String rate = values.get(ATTENTION_DROPOUT);
            if (NUMBER.matcher(rate).matches() && Double.parseDouble(rate) > 0) {
                int[] range = arguments.get(ATTENTION_DROPOUT);
                flags.add(new Flag(file, className, range[0], range[1], "torch.mul(" + rate + ", float(self.training))", true, false));
            }
        } else if (operator.equals("add_") && values.size() == 2 && values.getFirst().startsWith("num_batches_tracked")
                && values.getLast().startsWith("CONSTANTS.")) {
            int[] range = arguments.get(1);
            flags.add(new Flag(file, className, range[0], range[1], "int(self.training)", true, true));
        }
    }

    private void literal(String file, String className, String value, int[] range, boolean normalization) {
        if (value.equals("True") || value.equals("False")) {
            flags.add(new Flag(file, className, range[0], range[1], "self.training", value.equals("True"), normalization));
        }
    }
}
