package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TreeDigestTest {
    /** {@code printf 'a/x 00\na/y 11\nb \303\251 22\n' | sha256sum}, with 32 bytes each for 00, 11 and 22. */
    @Test
    void isTheDigestOfTheSortedList() {
        TreeDigest digest = new TreeDigest();
        digest.add("b \u00e9", "22".repeat(32));
        digest.add("a/y", "11".repeat(32));
        digest.add("a/x", "00".repeat(32));
        assertThat(digest.hex()).isEqualTo("947eb5013bb2d649a4392e553637a439c48bf5ae273239cb5049eab14069232c");
    }

    @Test
    void sortsByBytesNotByCharacters() {
        // In UTF-16 the second comes first.
        TreeDigest digest = new TreeDigest();
        digest.add("\ud83d\ude00", "11".repeat(32));
        digest.add("\uffee", "00".repeat(32));
        assertThat(digest.hex()).isEqualTo("876efbc47e1940985978b374f9b91d9d8712fcb08356766a4755f669e2bfa658");
    }
}
