package dev.advtrain.trainer.evaluate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Base64;
import java.util.BitSet;

/**
 * One bit per example: still classified right. As JSON the bits in base64, the first example in the lowest bit of the
 * first byte.
 */
final class Verdicts {
    static final Verdicts NONE = new Verdicts(new BitSet());

    private final BitSet right;

    Verdicts(BitSet right) {
        this.right = (BitSet) right.clone();
    }

    @JsonCreator
    static Verdicts parse(String base64) {
        return new Verdicts(BitSet.valueOf(Base64.getDecoder().decode(base64)));
    }

    @JsonValue
    String base64() {
        return Base64.getEncoder().encodeToString(right.toByteArray());
    }

    boolean right(int example) {
        return right.get(example);
    }

    int count() {
        return right.cardinality();
    }

    /** One more than the last example that is right. */
    int length() {
        return right.length();
    }

    /** The examples that are right. */
    int[] examples() {
        return right.stream().toArray();
    }

    BitSet bits() {
        return (BitSet) right.clone();
    }

    /** Right here and there. */
    Verdicts and(Verdicts other) {
        BitSet both = (BitSet) right.clone();
        both.and(other.right);
        return new Verdicts(both);
    }

    /** Whether every example that is right here is right there. */
    boolean within(Verdicts other) {
        return and(other).equals(this);
    }

    /** With the verdicts of {@code slice} put at {@code from}. */
    Verdicts with(Verdicts slice, int from) {
        BitSet all = (BitSet) right.clone();
        slice.right.stream().forEach(example -> all.set(from + example));
        return new Verdicts(all);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Verdicts verdicts && right.equals(verdicts.right);
    }

    @Override
    public int hashCode() {
        return right.hashCode();
    }

    @Override
    public String toString() {
        return right.toString();
    }
}
