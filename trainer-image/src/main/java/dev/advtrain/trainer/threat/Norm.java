package dev.advtrain.trainer.threat;

import dev.advtrain.trainer.random.Key;
import dev.advtrain.trainer.random.Philox4x32;

/**
 * How the size of a perturbation is measured, and with it how attacks start, step and stay within it. The arithmetic is
 * in {@code resources/torchscript/norm_NAME.py} and runs inside the attacks' kernels: {@code direction} of a step of
 * length 1, {@code project} onto budget and range, {@code pgd_start}, {@code apgd_start}, {@code distance},
 * {@code plane_step} onto a hyperplane.
 */
public enum Norm {
    LINF("Linf", "linf") {
        @Override
        public void startDraws(Key key, float[] target, int offset, int length) {
            Philox4x32.uniform(key, target, offset, length);
            for (int i = offset; i < offset + length; i++) {
                target[i] = 2 * target[i] - 1;
            }
        }

        @Override
        public float startRadius(Key key, int features) {
            return 1;
        }

        @Override
        public double diameter(double side, int features) {
            return side;
        }
    },
    L2("L2", "l2") {
        @Override
        public void startDraws(Key key, float[] target, int offset, int length) {
            Philox4x32.gaussian(key, target, offset, length);
        }

        /** With a uniform direction: uniform in the ball. */
        @Override
        public float startRadius(Key key, int features) {
            float[] draw = new float[1];
            Philox4x32.uniform(key, draw, 0, 1);
            return (float) Math.pow(draw[0], 1.0 / features);
        }

        @Override
        public double diameter(double side, int features) {
            return side * Math.sqrt(features);
        }
    };

    private final String text;
    private final String kernels;

    Norm(String text, String kernels) {
        this.text = text;
        this.kernels = kernels;
    }

    /** The threat model's norm. */
    public static Norm of(dev.advtrain.api.v1alpha1.threatmodel.Norm norm) {
        return switch (norm) {
            case LINF -> LINF;
            case L2 -> L2;
        };
    }

    /** One example's draws, from which a start is made. */
    public abstract void startDraws(Key key, float[] target, int offset, int length);

    /** How far out PGD starts, as a share of epsilon; the key is another than that of {@link #startDraws}. */
    public abstract float startRadius(Key key, int features);

    /** The largest distance of two points of a cube. */
    public abstract double diameter(double side, int features);

    /** The name of this norm's variant of a kernel. */
    public String kernel(String name) {
        return name + "_" + kernels;
    }

    @Override
    public String toString() {
        return text;
    }
}
