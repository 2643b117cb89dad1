package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonValue;

/** Models the trainer can build itself. Tensors have the names of the usual PyTorch implementations. */
public enum Architecture {
    /** Two 4x4 convolutions of stride 2 and padding 1 (width and 2 x width filters), a hidden layer of 100, one output a class. */
    SMALL_CNN("SmallCnn", 4),
    /** Two hidden layers of width units. Takes one dimension too. */
    MLP("Mlp", 1),
    /** He et al. 2016, arXiv:1603.05027, for small images: a 3x3 stem. */
    PRE_ACT_RES_NET_18("PreActResNet18", 8),
    /** He et al. 2015, arXiv:1512.03385, as in torchvision: a 7x7 stem and a max pool, for large images. */
    RES_NET_18("ResNet18", 32),
    RES_NET_50("ResNet50", 32),
    /** Zagoruyko and Komodakis 2016, arXiv:1605.07146, of 28 layers, 10 times as wide as its stem. */
    WIDE_RES_NET_28_10("WideResNet28x10", 4),
    WIDE_RES_NET_34_10("WideResNet34x10", 4);

    private final String text;
    private final int leastSide;

    Architecture(String text, int leastSide) {
        this.text = text;
        this.leastSide = leastSide;
    }

    /** Least height and width of an input: the product of the strides. */
    public int leastSide() {
        return leastSide;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
