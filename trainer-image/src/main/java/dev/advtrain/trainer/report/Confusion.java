package dev.advtrain.trainer.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What each class was taken for.
 *
 * @param labels of the columns
 * @param rows null where there are too many classes for a table
 * @param pairs the most frequent confusions, where the table is too large to find them; else empty
 * @param css how much room it needs
 */
record Confusion(String caption, List<Integer> labels, List<Row> rows, List<Pair> pairs, String css) {
    private static final int WHOLE = 50;
    private static final int EASY = 12;
    private static final int PAIRS = 10;
    private static final int SHADES = 9;

    /** @param total examples of the class */
    record Row(int label, List<Cell> cells, String total) {}

    /** @param css shade by its share of the row */
    record Cell(String count, String css) {}

    /** @param share of the examples of the class */
    record Pair(int label, int prediction, int examples, String count, String share) {}

    /** @param counts [true class][class predicted] */
    static Confusion of(String caption, List<List<Integer>> counts) {
        int classes = counts.size();
        return new Confusion(caption, IntStream.range(0, classes).boxed().toList(),
                classes > WHOLE ? null : IntStream.range(0, classes).mapToObj(label -> row(label, counts.get(label))).toList(),
                classes > EASY ? pairs(counts) : List.of(), classes > EASY ? "wide" : "narrow");
    }

    private static Row row(int label, List<Integer> counts) {
        int total = counts.stream().mapToInt(Integer::intValue).sum();
        List<Cell> cells = new ArrayList<>();
        for (int prediction = 0; prediction < counts.size(); prediction++) {
            int count = counts.get(prediction);
            int shade = count == 0 ? 0 : (int) Math.ceil((double) SHADES * count / total);
            cells.add(new Cell(Numbers.count(count), count == 0 ? "none" : (prediction == label ? "right s" : "wrong s") + shade));
        }
        return new Row(label, cells, Numbers.count(total));
    }

    private static List<Pair> pairs(List<List<Integer>> counts) {
        List<Pair> pairs = new ArrayList<>();
        for (int label = 0; label < counts.size(); label++) {
            List<Integer> row = counts.get(label);
            int total = row.stream().mapToInt(Integer::intValue).sum();
            for (int prediction = 0; prediction < row.size(); prediction++) {
                if (prediction != label && row.get(prediction) > 0) {
                    int count = row.get(prediction);
                    pairs.add(new Pair(label, prediction, count, Numbers.count(count), Numbers.percent((double) count / total)));
                }
            }
        }
        pairs.sort(Comparator.comparingInt(Pair::examples).reversed());
        return pairs.subList(0, Math.min(PAIRS, pairs.size()));
    }
}
