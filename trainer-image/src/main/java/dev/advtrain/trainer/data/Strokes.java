package dev.advtrain.trainer.data;

import java.util.List;

/** The ten digits as pen strokes in the unit square, x to the right and y down; some digits are written in two ways. */
final class Strokes {
    /** Digit, way of writing, stroke, then x and y of its points in turn. */
    private static final List<double[][][]> DIGITS = List.of(
            new double[][][] {{
                {.50, .04, .80, .18, .89, .50, .80, .82, .50, .96, .20, .82, .11, .50, .20, .18, .50, .04}}},
            new double[][][] {
                {{.50, .04, .50, .96}},
                {{.28, .26, .53, .04, .53, .96}},
                {{.30, .24, .52, .04}, {.52, .04, .52, .96}, {.28, .96, .78, .96}}},
            new double[][][] {{
                {.17, .28, .28, .09, .55, .04, .80, .20, .76, .42, .46, .70, .14, .95}, {.14, .95, .88, .94}}},
            new double[][][] {{
                {.19, .14, .48, .04, .78, .20, .70, .40, .42, .47},
                {.42, .47, .76, .56, .84, .76, .58, .95, .30, .95, .14, .82}}},
            new double[][][] {
                {{.62, .04, .10, .66}, {.10, .66, .92, .66}, {.62, .04, .62, .96}},
                {{.24, .04, .18, .56}, {.18, .56, .88, .56}, {.70, .08, .68, .96}}},
            new double[][][] {{
                {.82, .05, .28, .05}, {.28, .05, .22, .45},
                {.22, .45, .50, .38, .80, .52, .82, .76, .55, .96, .16, .88}}},
            new double[][][] {{
                {.74, .05, .42, .20, .20, .48, .17, .76, .42, .96, .72, .91, .84, .72, .70, .54, .42, .53, .19, .70}}},
            new double[][][] {
                {{.13, .06, .87, .06}, {.87, .06, .60, .50, .42, .96}},
                {{.13, .06, .87, .06}, {.87, .06, .60, .50, .42, .96}, {.36, .50, .78, .50}}},
            new double[][][] {{
                {.50, .48, .22, .32, .26, .10, .50, .04, .74, .10, .78, .32, .50, .48},
                {.50, .48, .18, .64, .20, .88, .50, .96, .80, .88, .82, .64, .50, .48}}},
            new double[][][] {{
                {.79, .34, .60, .50, .32, .48, .17, .28, .34, .07, .62, .05, .80, .26, .78, .56, .62, .96}}});

    private Strokes() {}

    /** The strokes of a digit; {@code choice} in [0, 1) picks the way it is written. */
    static double[][] of(int digit, double choice) {
        double[][][] ways = DIGITS.get(digit);
        return ways[(int) (choice * ways.length)];
    }
}
