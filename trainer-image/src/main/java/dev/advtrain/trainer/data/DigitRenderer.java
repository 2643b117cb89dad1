package dev.advtrain.trainer.data;

import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;
import java.util.Arrays;

/**
 * Draws one digit as a 28 x 28 image of bytes: strokes bent, slanted, turned, scaled and moved at random, of random
 * thickness and ink, on a ground with clutter and noise. The same key gives the same bytes on every machine
 * ({@link StrictMath}, no engine).
 */
final class DigitRenderer {
    static final int SIDE = 28;
    private static final int DRAWS = 64;
    /** Points that a stroke has between two of its own. */
    private static final int STEPS = 5;

    private final float[] draws = new float[DRAWS];
    private final float[] noise = new float[SIDE * SIDE * 2];
    private final double[] ink = new double[SIDE * SIDE];
    private int used;

    /** Writes the image of {@code digit} to {@code dst[offset ..]}. */
    void render(int digit, Key key, byte[] dst, int offset) {
        Philox4x32.uniform(key.withIteration(1), draws, 0, DRAWS);
        Philox4x32.uniform(key.withIteration(2), noise, 0, noise.length);
        used = 0;
        Arrays.fill(ink, 0);

        Pose pose = new Pose();
        double roundness = next();
        double radius = between(0.6, 1.5);
        double strength = between(0.5, 1.0);
        for (double[] stroke : Strokes.of(digit, next())) {
            drawStroke(stroke, pose, roundness, radius, strength);
        }
        clutter();

        double grain = between(0.02, 0.12);
        for (int i = 0; i < ink.length; i++) {
            double triangular = noise[2 * i] + noise[2 * i + 1] - 1;
            double value = Math.clamp(ink[i] + grain * triangular, 0.0, 1.0);
            dst[offset + i] = (byte) Math.round(255 * value);
        }
    }

    /** How a digit stands: unit square to pixels. */
    private final class Pose {
        private final double width = between(9, 16);
        private final double height = between(15, 21);
        private final double slant = between(-0.15, 0.45);
        private final double turn = between(-0.22, 0.22);
        private final double left = SIDE / 2.0 + between(-2, 2);
        private final double top = SIDE / 2.0 + between(-2, 2);
        // One slow wave a direction bends the strokes and keeps them joined where they meet.
        private final double bendX = between(-0.09, 0.09);
        private final double bendY = between(-0.09, 0.09);
        private final double phaseX = between(0, 2 * StrictMath.PI);
        private final double phaseY = between(0, 2 * StrictMath.PI);
        private final double frequencyX = between(2, 6);
        private final double frequencyY = between(2, 6);
        private final double cos = StrictMath.cos(turn);
        private final double sin = StrictMath.sin(turn);

        double[] place(double x, double y) {
            double u = (x - 0.5 + bendX * StrictMath.sin(frequencyX * y + phaseX)) * width;
            double v = (y - 0.5 + bendY * StrictMath.sin(frequencyY * x + phaseY)) * height;
            u -= slant * v * 0.6;
            return new double[] {left + cos * u - sin * v, top + sin * u + cos * v};
        }
    }

    /** Draws a curve between a polygon (roundness 0) and a Catmull-Rom spline (1) through the points. */
    private void drawStroke(double[] stroke, Pose pose, double roundness, double radius, double strength) {
        int points = stroke.length / 2;
        double[] from = pose.place(stroke[0], stroke[1]);
        for (int p = 0; p + 1 < points; p++) {
            for (int step = 1; step <= STEPS; step++) {
                double t = (double) step / STEPS;
                double[] to = pose.place(curve(stroke, points, p, t, 0, roundness), curve(stroke, points, p, t, 1, roundness));
                drawSegment(from[0], from[1], to[0], to[1], radius, strength);
                from = to;
            }
        }
    }

    private static double curve(double[] stroke, int points, int p, double t, int axis, double roundness) {
        boolean closed = stroke[0] == stroke[2 * points - 2] && stroke[1] == stroke[2 * points - 1];
        int before = p > 0 ? p - 1 : closed ? points - 2 : 0;
        int after = p + 2 < points ? p + 2 : closed ? 1 : points - 1;
        double a = stroke[2 * before + axis];
        double b = stroke[2 * p + axis];
        double c = stroke[2 * p + 2 + axis];
        double d = stroke[2 * after + axis];
        double spline = 0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
        double straight = b + (c - b) * t;
        return straight + roundness * (spline - straight);
    }

    /** Inks the pixels near a segment; the edge fades over one pixel. Overlaps do not add up. */
    private void drawSegment(double x0, double y0, double x1, double y1, double radius, double strength) {
        double dx = x1 - x0;
        double dy = y1 - y0;
        double length = dx * dx + dy * dy;
        double reach = radius + 0.5;
        int top = Math.max(0, (int) Math.floor(Math.min(y0, y1) - reach));
        int bottom = Math.min(SIDE - 1, (int) Math.ceil(Math.max(y0, y1) + reach));
        int left = Math.max(0, (int) Math.floor(Math.min(x0, x1) - reach));
        int right = Math.min(SIDE - 1, (int) Math.ceil(Math.max(x0, x1) + reach));
        for (int y = top; y <= bottom; y++) {
            for (int x = left; x <= right; x++) {
                double px = x + 0.5 - x0;
                double py = y + 0.5 - y0;
                double t = length == 0 ? 0 : Math.clamp((px * dx + py * dy) / length, 0.0, 1.0);
                double ex = px - t * dx;
                double ey = py - t * dy;
                double cover = Math.clamp(reach - Math.sqrt(ex * ex + ey * ey), 0.0, 1.0) * strength;
                int at = y * SIDE + x;
                ink[at] = Math.max(ink[at], cover);
            }
        }
    }

    /** Up to six short scratches or specks anywhere. */
    private void clutter() {
        int count = (int) between(0, 7);
        for (int i = 0; i < count; i++) {
            double x = between(0, SIDE);
            double y = between(0, SIDE);
            double angle = between(0, 2 * StrictMath.PI);
            double length = between(0, 6);
            drawSegment(x, y, x + length * StrictMath.cos(angle), y + length * StrictMath.sin(angle),
                    between(0.3, 1.0), between(0.15, 0.7));
        }
    }

    private double next() {
        return draws[used++];
    }

    private double between(double low, double high) {
        return low + (high - low) * next();
    }
}
