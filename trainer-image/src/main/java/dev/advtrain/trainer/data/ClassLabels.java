package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Labels that are written as text, as they come: numbers of classes, or names, which can be counted only when all are
 * known. As with folders of images: names are counted in their order, and there must be one for each class.
 */
final class ClassLabels {
    /** As a table has it whose column was once of floats. */
    private static final Pattern NUMBER = Pattern.compile("([0-9]{1,9})(\\.0{1,6})?");

    private final String uri;
    private final int classes;
    /** Of every spelling, the index of its class in the order of their coming. */
    private final Map<String, Integer> spellings = new HashMap<>();
    /** The classes in the order of their coming: a number without spelling, or a name; and where each came first. */
    private final Map<String, Integer> found = new HashMap<>();
    private final List<String> places = new ArrayList<>();
    private int[] labels = new int[1024];
    private int size;

    ClassLabels(String uri, int classes) {
        this.uri = uri;
        this.classes = classes;
    }

    /** The place of a label in its file, for errors. */
    @FunctionalInterface
    interface Place {
        String inWords();
    }

    /** @param kept whether it is one of {@link #labels()}, or only says which classes there are */
    void add(String text, boolean kept, Place place) {
        Integer known = spellings.get(text);
        int index = known == null ? added(text, place) : known;
        if (!kept) {
            return;
        }
        if (size == labels.length) {
            labels = Arrays.copyOf(labels, 2 * size);
        }
        labels[size++] = index;
    }

    private int added(String text, Place place) {
        var number = NUMBER.matcher(text);
        String name = number.matches() ? Integer.toString(Integer.parseInt(number.group(1))) : text;
        Integer index = found.get(name);
        if (index == null) {
            if (text.isEmpty()) {
                throw bad(place.inWords() + ": is empty; expected a label");
            }
            index = found.size();
            if (index == classes) {
                throw bad(place.inWords() + ": is one more label than the model has classes; expected " + expected());
            }
            found.put(name, index);
            places.add(place.inWords());
        }
        spellings.put(text, index);
        return index;
    }

    /**
     * Those that are kept, as classes.
     *
     * @throws TrainerException 65 where they are not the model's
     */
    int[] labels() {
        int[] classOf = new int[found.size()];
        if (areNumbers()) {
            found.forEach((name, index) -> {
                classOf[index] = Integer.parseInt(name);
                if (classOf[index] >= classes) {
                    throw bad(places.get(index) + ": is no class of the model; expected " + expected());
                }
            });
        } else {
            // A class without an example would shift the labels of those after it.
            if (found.size() != classes) {
                throw bad("holds " + found.size() + " names of classes; expected " + expected());
            }
            int next = 0;
            for (int index : new TreeMap<>(found).values()) {
                classOf[index] = next++;
            }
        }
        return Arrays.stream(labels, 0, size).map(index -> classOf[index]).toArray();
    }

    /** What the classes are called, in their order; known when {@link #labels()} are. */
    List<String> names() {
        return areNumbers() ? Names.numbers(classes) : List.copyOf(new TreeMap<>(found).keySet());
    }

    private boolean areNumbers() {
        return found.keySet().stream().allMatch(name -> NUMBER.matcher(name).matches());
    }

    private String expected() {
        return "the numbers 0 to " + (classes - 1) + ", the model's classes, or " + classes + " names";
    }

    private TrainerException bad(String problem) {
        return new TrainerException(ExitCode.DATA, uri + ": " + problem);
    }
}
