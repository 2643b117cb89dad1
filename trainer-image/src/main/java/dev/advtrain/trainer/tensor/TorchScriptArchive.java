package dev.advtrain.trainer.tensor;

import dev.advtrain.trainer.tensor.Pickle.Instance;
import dev.advtrain.trainer.tensor.Pickle.TensorRef;
import dev.advtrain.trainer.tensor.SafeTensors.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A TorchScript module as a value: a tree of module objects, the text of their classes and the bytes of their tensors.
 * Pure Java; {@link TorchModule} runs one. Never changed once made: what changes it returns another.
 */
public final class TorchScriptArchive {
    private static final String STORAGE_FOLDER = "data/";
    private static final String CODE_FOLDER = "code/";
    private static final String ROOT = "data.pkl";
    private static final int DEEPEST = 100;
    private static final int MOST_MODULES = 100_000;
    private static final Pattern STRING_LIST_ITEM = Pattern.compile("\"([^\"]*)\"");

    /** The role a tensor has in its module. */
    public enum Role {
        PARAMETER, BUFFER, ATTRIBUTE
    }

    /**
     * A tensor of the module tree.
     *
     * @param expression how TorchScript code of the root class reads it
     */
    record Entry(TensorRef tensor, Role role, String expression) {}

    private final Instance root;
    /** Content of {@code data/KEY} by key. */
    private final SequencedMap<String, byte[]> storages;
    /** Every other file: classes, constants, version. */
    private final SequencedMap<String, byte[]> files;
    private final SequencedMap<String, Entry> entries = new LinkedHashMap<>();
    /** Met so far; one that is shared counts each time. */
    private int modules;

    TorchScriptArchive(Instance root, SequencedMap<String, byte[]> storages, SequencedMap<String, byte[]> files) throws IOException {
        this.root = root;
        this.storages = storages;
        this.files = files;
        collect(root, "", "self", 0);
        for (Map.Entry<String, Entry> entry : entries.entrySet()) {
            Strided.check(entry.getKey(), entry.getValue().tensor(), storages);
        }
    }

    /** @throws IOException saying what is wrong with the file */
    public static TorchScriptArchive read(Path file) throws IOException {
        SequencedMap<String, byte[]> zip = StoredZip.read(file);
        if (zip.isEmpty()) {
            throw new IOException("not a TorchScript archive: no zip entries");
        }
        String folder = zip.firstEntry().getKey().replaceFirst("/.*", "/");
        SequencedMap<String, byte[]> storages = new LinkedHashMap<>();
        SequencedMap<String, byte[]> files = new LinkedHashMap<>();
        for (Map.Entry<String, byte[]> entry : zip.entrySet()) {
            if (!entry.getKey().startsWith(folder)) {
                throw new IOException("not a TorchScript archive: entry " + entry.getKey() + " lies outside " + folder);
            }
            String name = entry.getKey().substring(folder.length());
            if (name.startsWith(STORAGE_FOLDER)) {
                storages.put(name.substring(STORAGE_FOLDER.length()), entry.getValue());
            } else if (!name.endsWith(".debug_pkl") && !name.startsWith(".data/")) {
                // Debug information quotes lines that change; .data names the content that was.
                files.put(name, entry.getValue());
            }
        }
        byte[] pickle = files.remove(ROOT);
        if (pickle == null || !files.containsKey("version")) {
            throw new IOException("not a TorchScript archive: no " + (pickle == null ? ROOT : "version") + " in " + folder);
        }
        if (files.containsKey("byteorder") && !"little".equals(text(files.get("byteorder")))) {
            throw new IOException("the archive's byte order is " + text(files.get("byteorder")) + ", expected little");
        }
        if (!(PickleReader.read(pickle) instanceof Instance root) || !(root.state() instanceof Map)) {
            throw new IOException("not a TorchScript archive: " + ROOT + " holds no module");
        }
        return new TorchScriptArchive(root, storages, files);
    }

    /** Equal archives give equal bytes. */
    public void write(OutputStream out) throws IOException {
        SequencedMap<String, byte[]> zip = new LinkedHashMap<>();
        zip.put("archive/" + ROOT, PickleWriter.write(root));
        files.forEach((name, content) -> zip.put("archive/" + name, content));
        storages.forEach((key, content) -> zip.put("archive/" + STORAGE_FOLDER + key, content));
        StoredZip.write(zip, out);
    }

    public byte[] toBytes() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try {
            write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    /** The tensors of one role with their content, in the order of the module tree, as {@code state_dict} names them. */
    public SequencedMap<String, Tensor> tensors(Role role) {
        SequencedMap<String, Tensor> result = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (entry.role() == role) {
                result.put(name, Strided.gather(entry.tensor(), storages));
            }
        });
        return result;
    }

    /** Parameters and buffers: what {@code state_dict} gives. */
    public SequencedMap<String, Tensor> tensors() {
        SequencedMap<String, Tensor> result = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (entry.role() != Role.ATTRIBUTE) {
                result.put(name, Strided.gather(entry.tensor(), storages));
            }
        });
        return result;
    }

    /**
     * The same module with other values in the tensors named.
     *
     * @throws IllegalArgumentException naming the tensor that the module lacks, or that has another type or shape
     */
    public TorchScriptArchive withTensors(Map<String, Tensor> values) {
        SequencedMap<String, byte[]> changed = new LinkedHashMap<>(storages);
        Map<String, byte[]> copied = new LinkedHashMap<>();
        values.forEach((name, value) -> {
            Entry entry = entries.get(name);
            if (entry == null) {
                throw new IllegalArgumentException("the model has no tensor " + name);
            }
            byte[] storage = copied.computeIfAbsent(entry.tensor().storage().key(), key -> storages.get(key).clone());
            Strided.scatter(name, entry.tensor(), value, storage);
        });
        changed.putAll(copied);
        try {
            return new TorchScriptArchive(root, changed, files);
        } catch (IOException e) {
            throw new IllegalStateException("an archive that was whole no longer is", e);
        }
    }

    Instance root() {
        return root;
    }

    SequencedMap<String, Entry> entries() {
        return entries;
    }

    SequencedMap<String, byte[]> storages() {
        return storages;
    }

    SequencedMap<String, byte[]> files() {
        return files;
    }

    private void collect(Instance module, String prefix, String expression, int depth) throws IOException {
        if (!(module.state() instanceof Map<?, ?> state)) {
            return;
        }
        if (depth > DEEPEST || ++modules > MOST_MODULES) {
            throw new IOException("the module tree has more than " + DEEPEST + " levels or " + MOST_MODULES + " modules: does a module hold itself?");
        }
        String text = classText(module);
        for (Map.Entry<?, ?> attribute : state.entrySet()) {
            if (!(attribute.getKey() instanceof String name)) {
                throw new IOException("module " + prefix + " has an attribute whose name is no text");
            }
            String path = TorchScriptText.attribute(expression, name);
            switch (attribute.getValue()) {
                case TensorRef tensor -> entries.put(prefix + name, new Entry(tensor, role(text, name), path));
                case Instance child -> collect(child, prefix + name + ".", path, depth + 1);
                case null, default -> { }
            }
        }
    }

    private static Role role(String classText, String name) {
        return names(classText, "__parameters__").contains('"' + name + '"') ? Role.PARAMETER
                : names(classText, "__buffers__").contains('"' + name + '"') ? Role.BUFFER : Role.ATTRIBUTE;
    }

    private static String names(String classText, String list) {
        Matcher matcher = Pattern.compile("^  " + list + " = \\[(.*)]$", Pattern.MULTILINE).matcher(classText);
        return matcher.find() ? STRING_LIST_ITEM.matcher(matcher.group(1)).results().map(m -> m.group()).toList().toString() : "";
    }

    /** The text of an object's class, from its header to the next class. */
    private String classText(Instance object) throws IOException {
        String file = codeFile(object.type().module());
        byte[] source = files.get(file);
        if (source == null) {
            throw new IOException("the archive has no " + file + " for class " + object.type().qualifiedName());
        }
        Matcher matcher = Pattern.compile("(?ms)^class " + Pattern.quote(object.type().name()) + "\\(.*?(?=^\\S|\\z)").matcher(text(source));
        if (!matcher.find()) {
            throw new IOException(file + " does not define class " + object.type().name());
        }
        return matcher.group();
    }

    static String codeFile(String module) {
        return CODE_FOLDER + module.replace('.', '/') + ".py";
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }
}
