package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.TextNode;
import java.net.URI;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class StorageUriTest {
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "https://h.example/a.zip?X-Amz-Signature=s3cret&b=c | https://h.example/a.zip",
        "https://user:s3cret@h.example:8443/a/b@c#s3cret | https://h.example:8443/a/b@c",
        "HTTPS://s3cret@h | HTTPS://h",
        "of 'http://h/?s3cret and \"https://h/a?s3cret\": no | of 'http://h/ and \"https://h/a\": no",
        "pvc://claim/a?b | pvc://claim/a?b",
        "is that so? yes, at 3@4 | is that so? yes, at 3@4"})
    void isShownWithoutWhatOpensIt(String text, String shown) {
        assertThat(StorageUri.shown(text)).isEqualTo(shown);
    }

    @Test
    void refusalsOfItDoNotTellTheSecret() {
        assertThatThrownBy(() -> StorageUri.parse("https://user:s3cret@h.example/a?s3cret")).hasMessageStartingWith("\"https://h.example/a\" is not");
        assertThatThrownBy(() -> StorageUri.parse("https://h.example/../a?s3cret")).hasMessageStartingWith("\"https://h.example/../a\"");
        assertThat(FieldError.shown(TextNode.valueOf("https://user:s3cret@h.example/a?s3cret"))).isEqualTo("\"https://h.example/a\"");
    }

    @Test
    void takesLocationsApart() {
        assertThat(StorageUri.parse("pvc://data-1/a/b.gz")).isEqualTo(new StorageUri.Pvc("data-1", "a/b.gz"));
        assertThat(StorageUri.parse("s3://my-bucket/a/b.gz")).isEqualTo(new StorageUri.S3("my-bucket", "a/b.gz"));
        assertThat(StorageUri.parse("https://host:8443/a/b.gz?v=1")).isEqualTo(new StorageUri.Https(URI.create("https://host:8443/a/b.gz?v=1")));
        assertThat(StorageUri.parse("file:///data/b.gz")).isEqualTo(new StorageUri.File("/data/b.gz"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "data/b.gz", "pvc://data", "pvc://data/", "pvc:///b.gz", "pvc://Data/b.gz", "file://host/b", "s3://b/k",
        "pvc://data//b", "http://host/b", "https://host", "https://host/", "https://user:word@host/b", "https://host/b#part"})
    void refusesWhatIsNoLocation(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> StorageUri.parse(uri)).withMessageContaining("pvc://CLAIM/path");
    }

    @ParameterizedTest
    @ValueSource(strings = {"pvc://data/../b", "pvc://data/a/..", "file:///a/../b", "s3://bucket/a/../b", "https://host/a/../b"})
    void refusesParents(String uri) {
        assertThatIllegalArgumentException().isThrownBy(() -> StorageUri.parse(uri)).withMessageContaining("must not contain '..'");
    }
}
