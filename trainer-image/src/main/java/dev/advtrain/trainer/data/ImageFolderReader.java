package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Location;
import dev.advtrain.trainer.storage.TreeDigest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Reads images, one a file, those of each class in a folder of its own: {@code [PREFIX/]CLASS/FILE}. The first
 * example of each class comes first, by path, then the second of each: so a limit takes of all classes, and folder, tar and zip of
 * the same files are the same data.
 */
final class ImageFolderReader {
    /** What is read before it is decoded together. */
    private static final int AT_ONCE = 256;
    private static final int BYTES_AT_ONCE = 16 << 20;

    private final Location location;
    private final String uri;
    private final Format format;
    private final ImageDecoder decoder;
    private final Rows.Builder rows;
    /** Of every file, image or not. */
    private final TreeDigest files = new TreeDigest();
    private List<String> classNames;
    /** Of which nobody knows which one counts. */
    private final TreeSet<String> twice = new TreeSet<>();
    /** Of the images, in the order of their rows. */
    private final List<String> images = new ArrayList<>();
    private final List<byte[]> waiting = new ArrayList<>();
    private long waitingBytes;

    private ImageFolderReader(Location location, Format format, Rows.Builder rows) {
        this.location = location;
        this.uri = location.uri();
        this.format = format;
        this.decoder = new ImageDecoder(format.shape());
        this.rows = rows;
    }

    /** @param sha256 of the lines {@code path sha256} of all files, sorted by path; null: any */
    static Dataset read(String field, Location location, String sha256, Format format, long heapLimit) {
        long[] shape = format.shape();
        if (shape.length != 3 || shape[0] != 1 && shape[0] != 3) {
            throw new TrainerException(ExitCode.RUN_SPEC, field + ": gives images of 1 or 3 channels; expected the model's inputShape "
                    + Arrays.toString(shape));
        }
        try (Rows.Builder rows = new Rows.Builder(format.features(), heapLimit)) {
            return new ImageFolderReader(location, format, rows).read(sha256);
        }
    }

    private Dataset read(String sha256) {
        FileTree.visit(location, this::file);
        decode();
        if (!twice.isEmpty()) {
            throw bad(EntryNames.shown(twice.first()) + " is there twice");
        }
        String found = files.hex();
        if (sha256 != null && !sha256.equalsIgnoreCase(found)) {
            throw bad("sha256 of its " + files.size() + " files is " + found + "; expected " + sha256);
        }
        int[] order = order();
        Map<String, Integer> classes = classes();
        int[] labels = Arrays.stream(order).map(row -> classes.get(folder(images.get(row)))).toArray();
        return PackedDataset.ofBytes(rows.build().inOrder(order), labels, format,
                new TreeMap<>(Map.of("imageFolder", found, Dataset.CLASSES, Names.digest(classNames))));
    }

    private int[] order() {
        List<Integer> byPath = IntStream.range(0, images.size()).boxed().sorted(Comparator.comparing(images::get)).toList();
        Map<String, Integer> seen = new HashMap<>();
        int[] rank = new int[images.size()];
        byPath.forEach(row -> rank[row] = seen.merge(folder(images.get(row)), 1, Integer::sum));
        return byPath.stream().sorted(Comparator.comparingInt(row -> rank[row])).mapToInt(Integer::intValue).toArray();
    }

    private void file(String path, InputStream raw) throws IOException {
        DigestInputStream content = new DigestInputStream(raw, Sha256.newDigest());
        if (isImage(path)) {
            byte[] file = content.readNBytes(decoder.maxFileSize() + 1);
            if (file.length > decoder.maxFileSize()) {
                throw bad(EntryNames.shown(path) + " has more than " + decoder.maxFileSize() + " bytes; expected an image of "
                        + Arrays.toString(format.shape()) + ", the model's inputShape");
            }
            images.add(path);
            waiting.add(file);
            waitingBytes += file.length;
        }
        content.transferTo(OutputStream.nullOutputStream());
        if (!files.add(path, HexFormat.of().formatHex(content.getMessageDigest().digest()))) {
            twice.add(path);
        }
        if (waiting.size() == AT_ONCE || waitingBytes >= BYTES_AT_ONCE) {
            decode();
        }
    }

    /** By its name, as everybody does; what systems leave behind is hidden. */
    private static boolean isImage(String path) {
        String name = path.toLowerCase(Locale.ROOT);
        return (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"))
                && Arrays.stream(path.split("/")).noneMatch(segment -> segment.startsWith(".") || segment.equals("__MACOSX"));
    }

    private void decode() {
        int first = images.size() - waiting.size();
        byte[][] decoded = new byte[waiting.size()][];
        String[] wrong = new String[waiting.size()];
        IntStream.range(0, decoded.length).parallel().forEach(i -> {
            try {
                decoded[i] = decoder.decode(waiting.get(i));
            } catch (ImageDecoder.BadImageException e) {
                wrong[i] = EntryNames.shown(images.get(first + i)) + " " + e.getMessage();
            }
        });
        Arrays.stream(wrong).filter(each -> each != null).findFirst().ifPresent(each -> {
            throw bad(each);
        });
        Stream.of(decoded).forEach(rows::add);
        waiting.clear();
        waitingBytes = 0;
    }

    private static String folder(String path) {
        return path.substring(0, Math.max(0, path.lastIndexOf('/')));
    }

    /** The label of each folder of images. */
    private Map<String, Integer> classes() {
        TreeMap<String, String> byName = new TreeMap<>();
        TreeSet<String> places = new TreeSet<>();
        for (String path : images) {
            String folder = folder(path);
            if (folder.isEmpty()) {
                throw bad(EntryNames.shown(path) + " lies in no folder; expected CLASS/FILE");
            }
            byName.put(folder.substring(folder.lastIndexOf('/') + 1), folder);
            places.add(folder(folder));
            if (places.size() > 1) {
                throw bad(EntryNames.shown(path) + " is not beside the other classes' folders; expected every image to be CLASS/FILE below one place");
            }
        }
        Map<String, Integer> labels = new HashMap<>();
        if (byName.keySet().stream().allMatch(name -> name.matches("[0-9]{1,9}"))) {
            byName.forEach((name, folder) -> {
                int label = Integer.parseInt(name);
                if (label >= format.classes()) {
                    throw bad("folder " + EntryNames.shown(folder) + "; expected 0 to " + (format.classes() - 1) + ", the model's classes");
                }
                if (labels.containsValue(label)) {
                    throw bad("two folders are class " + label + ": " + EntryNames.shown(folder) + " is one");
                }
                labels.put(folder, label);
            });
            classNames = Names.numbers(format.classes());
            return labels;
        }
        // A class without a folder would shift the labels of those after it.
        if (!byName.isEmpty() && byName.size() != format.classes()) {
            throw bad("holds images in " + byName.size() + " folders; expected " + format.classes()
                    + ", the model's classes, or folders named by the class's number");
        }
        byName.values().forEach(folder -> labels.put(folder, labels.size()));
        classNames = List.copyOf(byName.keySet());
        return labels;
    }

    private TrainerException bad(String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + problem);
    }
}
