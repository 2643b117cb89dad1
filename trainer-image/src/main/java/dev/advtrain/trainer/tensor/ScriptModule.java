package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.Global;
import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.Pickle.StorageRef;
import dev.advtrain.trainer.tensor.Pickle.TensorRef;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;

/**
 * A module to be written as TorchScript: its class and its values.
 *
 * @param className of its own; where two differ under one name, the second is called NAME_1, as PyTorch mangles names
 * @param methods   TorchScript text, indented by two; {@code $SELF} stands for the qualified class name
 */
public record ScriptModule(String className, SequencedMap<String, Tensor> parameters, SequencedMap<String, Tensor> buffers,
        SequencedMap<String, ScriptModule> children, String methods) {
    private static final String MODULE = "__torch__";
    /** The format PyTorch 2.7 itself writes; earlier numbers change the meaning of some operators. */
    private static final String FORMAT_VERSION = "10\n";
    private static final byte[] EMPTY_TUPLE = PickleWriter.write(new Pickle.Tuple(List.of()));

    /** The archive, in eval mode. */
    public TorchScriptArchive toArchive() {
        SequencedMap<String, byte[]> storages = new LinkedHashMap<>();
        Classes classes = new Classes();
        Instance root = instance(this, storages, classes);
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        files.put("byteorder", "little".getBytes(StandardCharsets.UTF_8));
        files.put("version", FORMAT_VERSION.getBytes(StandardCharsets.UTF_8));
        files.put(TorchScriptArchive.codeFile(MODULE), String.join("", classes.texts.values()).getBytes(StandardCharsets.UTF_8));
        files.put("constants.pkl", EMPTY_TUPLE);
        try {
            return new TorchScriptArchive(root, storages, files);
        } catch (IOException e) {
            throw new IllegalStateException("the module tree is not sound", e);
        }
    }

    private static Instance instance(ScriptModule module, SequencedMap<String, byte[]> storages, Classes classes) {
        Map<String, Object> state = new LinkedHashMap<>();
        StringBuilder text = new StringBuilder()
                .append("  __parameters__ = ").append(TorchScriptText.names(List.copyOf(module.parameters.keySet()))).append('\n')
                .append("  __buffers__ = ").append(TorchScriptText.names(List.copyOf(module.buffers.keySet()))).append('\n');
        module.parameters.forEach((name, value) -> {
            text.append(TorchScriptText.declaration(name, "Tensor"));
            state.put(name, tensor(value, true, storages));
        });
        module.buffers.forEach((name, value) -> {
            text.append(TorchScriptText.declaration(name, "Tensor"));
            state.put(name, tensor(value, false, storages));
        });
        text.append(TorchScriptText.declaration("training", "bool"));
        state.put("training", false);
        module.children.forEach((name, child) -> {
            Instance instance = instance(child, storages, classes);
            text.append(TorchScriptText.declaration(name, instance.type().qualifiedName()));
            state.put(name, instance);
        });
        return new Instance(new Global(MODULE, classes.add(module.className, text.append(module.methods).toString())), state);
    }

    /** Each class once, those of children before those that name them. */
    private static final class Classes {
        private final SequencedMap<String, String> texts = new LinkedHashMap<>();

        /** The name under which the class is there. */
        String add(String className, String body) {
            String name = className;
            for (int i = 1; ; i++) {
                String text = "class " + name + "(Module):\n" + TorchScriptText.forClass(body, MODULE + "." + name);
                if (text.equals(texts.computeIfAbsent(name, free -> text))) {
                    return name;
                }
                name = className + "_" + i;
            }
        }
    }

    static TensorRef tensor(Tensor value, boolean parameter, SequencedMap<String, byte[]> storages) {
        byte[] bytes = new byte[value.data().remaining()];
        value.data().get(bytes);
        int next = storages.size();
        while (storages.containsKey(Integer.toString(next))) {
            next++;
        }
        String key = Integer.toString(next);
        storages.put(key, bytes);
        List<Long> strides = new ArrayList<>();
        long stride = 1;
        for (int i = value.shape().length - 1; i >= 0; i--) {
            strides.addFirst(stride);
            stride *= Math.max(value.shape()[i], 1);
        }
        StorageRef storage = new StorageRef(new Global("torch", Strided.storageName(value.type())), key, "cpu",
                bytes.length / value.type().bytes());
        return new TensorRef(storage, 0, value.shape(), strides.stream().mapToLong(Long::longValue).toArray(), parameter, Pickle.NO_HOOKS);
    }
}
