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
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A TorchScript module as a value: a tree of module objects, the text of their classes and the bytes of their tensors.
 * Pure Java; {@link TorchModule} runs one. Never changed once made: what changes it returns another.
 */
public final class TorchScriptArchive {
    private static final String STORAGE_FOLDER = "data/";
    private static final String CODE_FOLDER = "code/";
    private static final String ROOT = "data.pkl";
    /** More than the headers and the padding of a file in the zip take. */
    private static final int ENTRY_BYTES = 512;
    private static final int DEEPEST = 100;
    private static final int MOST_MODULES = 100_000;
    private static final Pattern STRING_LIST_ITEM = Pattern.compile("\"([^\"]*)\"");

    private static final Pattern RECURRENT = Pattern.compile("\\btorch\\.(gru|lstm|rnn_tanh|rnn_relu)\\(");
    private static final Pattern QUANTIZED = Pattern.compile("\\bops\\.quantized\\.|\\btorch\\.classes\\.quantized\\.|\\btorch\\.(quantize_per_|dequantize|q_scale)");

    /** The role a tensor has in its module. */
    public enum Role {
        PARAMETER, BUFFER, ATTRIBUTE
    }

    /**
     * A tensor of the module tree.
     *
     * @param path names of the attributes that lead to it from the root
     * @param optional whether its class says that it may be None
     */
    record Entry(TensorRef tensor, Role role, List<String> path, boolean optional) {
        /** How TorchScript code reads it. */
        String expression(String root) {
            String expression = root;
            for (String name : path) {
                expression = TorchScriptText.attribute(expression, name);
            }
            return optional ? "unchecked_cast(Tensor, " + expression + ")" : expression;
        }
    }

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
        collect(root, "", List.of());
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
            } else if (name.equals(".data/version")) {
                // Where later formats have it.
                files.put("version", entry.getValue());
            } else if (!name.endsWith(".debug_pkl") && !name.startsWith(".data/")) {
                // Debug information quotes lines that change; .data names the content that was.
                files.put(name, entry.getValue());
            }
        }
        byte[] pickle = files.remove(ROOT);
        if (pickle == null || !files.containsKey("version")) {
            throw new IOException("not a TorchScript archive: no " + (pickle == null ? ROOT : "version") + " in " + folder);
        }
        if (files.keySet().stream().noneMatch(TorchScriptArchive::isCode)) {
            throw new IOException("not a TorchScript archive: it holds no code. torch.save writes such files; expected one of torch.jit.save");
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
        // Room for all of it at once: a buffer that grows by doubling takes several times the model's size.
        long content = Stream.of(storages, files).flatMap(part -> part.values().stream()).mapToLong(bytes -> bytes.length + ENTRY_BYTES).sum();
        ByteArrayOutputStream out = new ByteArrayOutputStream((int) Math.min(content, Integer.MAX_VALUE / 2));
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

    /** The name of the first of the tensors of one role that are the same: layers may share weights. In the order of the module tree. */
    SequencedMap<String, Entry> distinct(Role role) {
        Set<TensorRef> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        SequencedMap<String, Entry> result = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (entry.role() == role && seen.add(entry.tensor())) {
                result.put(name, entry);
            }
        });
        return result;
    }

    /** The first names of the tensors of one role, in the order of the module tree. */
    public List<String> names(Role role) {
        return List.copyOf(distinct(role).keySet());
    }

    /** For each name of a parameter or buffer the first one of the same tensor, which is itself but where layers share weights. */
    public SequencedMap<String, String> firstNames() {
        Map<TensorRef, String> first = new IdentityHashMap<>();
        SequencedMap<String, String> result = new LinkedHashMap<>();
        entries.forEach((name, entry) -> {
            if (entry.role() != Role.ATTRIBUTE) {
                result.put(name, first.computeIfAbsent(entry.tensor(), _ -> name));
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

    /** Of the root's forward; null where it has none. */
    public ForwardSignature forward() {
        try {
            return ForwardSignature.of(classText(root));
        } catch (IOException e) {
            throw new IllegalStateException("an archive that was whole no longer is", e);
        }
    }

    /** Whether its code computes with quantised tensors. */
    public boolean quantized() {
        return files.entrySet().stream().anyMatch(file -> isCode(file.getKey()) && QUANTIZED.matcher(text(file.getValue())).find());
    }

    /** Whether its code has recurrent layers. */
    boolean recurrent() {
        return files.entrySet().stream().anyMatch(file -> isCode(file.getKey())
                && RECURRENT.matcher(TorchScriptText.withoutStrings(text(file.getValue()))).find());
    }

    /** Whether its code has tensors of its own, beside those of the module tree: there freezing puts the weights. */
    public boolean hasConstants() {
        return files.keySet().stream().anyMatch(name -> name.startsWith("constants/"));
    }

    /** What the root's {@code training} attribute says. */
    boolean savedInTrainMode() {
        return root.state() instanceof Map<?, ?> state && Boolean.TRUE.equals(state.get("training"));
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

    private void collect(Instance module, String prefix, List<String> path) throws IOException {
        if (!(module.state() instanceof Map<?, ?> state)) {
            return;
        }
        if (path.size() > DEEPEST || ++modules > MOST_MODULES) {
            throw new IOException("the module tree has more than " + DEEPEST + " levels or " + MOST_MODULES + " modules: does a module hold itself?");
        }
        String text = classText(module);
        for (Map.Entry<?, ?> attribute : state.entrySet()) {
            if (!(attribute.getKey() instanceof String name)) {
                throw new IOException("module " + prefix + " has an attribute whose name is no text");
            }
            List<String> longer = Stream.concat(path.stream(), Stream.of(name)).toList();
            switch (attribute.getValue()) {
                case TensorRef tensor -> entries.put(prefix + name, new Entry(tensor, role(text, name), longer,
                        text.contains(TorchScriptText.declaration(name, "Optional[Tensor]"))));
                case Instance child -> collect(child, prefix + name + ".", longer);
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

    static boolean isCode(String file) {
        return file.startsWith(CODE_FOLDER) && file.endsWith(".py");
    }

    /** The module that a file of code defines. */
    static String module(String codeFile) {
        return codeFile.substring(CODE_FOLDER.length(), codeFile.length() - ".py".length()).replace('/', '.');
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8).strip();
    }
}
