package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.Global;
import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * Puts a model into a new root module, as its submodule {@code model}, beside buffers and methods of our own. The
 * model's classes, constants and tensors stay as they are.
 */
public final class ScriptWrapper {
    /** Prefix of the wrapped model's tensors. */
    public static final String PREFIX = "model.";
    private static final String CHILD = "model";
    private static final String CLASS = "Wrapper";

    private ScriptWrapper() {}

    /**
     * @param buffers of the new root
     * @param methods TorchScript text, indented by two. {@code $SELF} stands for the root's class, {@code $PARAMETERS}
     *                and {@code $BUFFERS} for the expressions that read the wrapped model's tensors
     */
    public static TorchScriptArchive wrap(TorchScriptArchive model, SequencedMap<String, Tensor> buffers, String methods) {
        String module = freeModule(model);
        String qualifiedName = module + "." + CLASS;
        SequencedMap<String, byte[]> storages = new LinkedHashMap<>(model.storages());
        Map<String, Object> state = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder("class " + CLASS + "(Module):\n  __parameters__ = []\n  __buffers__ = ")
                .append(TorchScriptText.names(List.copyOf(buffers.keySet()))).append('\n');
        buffers.forEach((name, value) -> {
            text.append(TorchScriptText.declaration(name, "Tensor"));
            state.put(name, ScriptModule.tensor(value, false, storages));
        });
        text.append(TorchScriptText.declaration("training", "bool"));
        state.put("training", false);
        text.append(TorchScriptText.declaration(CHILD, model.root().type().qualifiedName()));
        state.put(CHILD, model.root());
        text.append(TorchScriptText.forClass(methods, qualifiedName)
                .replace("$PARAMETERS", expressions(model, TorchScriptArchive.Role.PARAMETER))
                .replace("$BUFFERS", expressions(model, TorchScriptArchive.Role.BUFFER)));
        SequencedMap<String, byte[]> files = new LinkedHashMap<>(model.files());
        files.put(TorchScriptArchive.codeFile(module), text.toString().getBytes(StandardCharsets.UTF_8));
        try {
            return new TorchScriptArchive(new Instance(new Global(module, CLASS), state), storages, files);
        } catch (IOException e) {
            throw new IllegalStateException("a model that was whole no longer is", e);
        }
    }

    /** A model may itself be wrapped: it may come from an earlier export. */
    private static String freeModule(TorchScriptArchive model) {
        String module = "__torch__.advtrain";
        for (int i = 1; model.files().containsKey(TorchScriptArchive.codeFile(module)); i++) {
            module = "__torch__.advtrain_" + i;
        }
        return module;
    }

    private static String expressions(TorchScriptArchive model, TorchScriptArchive.Role role) {
        return String.join(", ", model.distinct(role).values().stream()
                .map(entry -> entry.expression("self." + CHILD)).toList());
    }
}
