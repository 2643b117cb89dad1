package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocationsTest {
    @TempDir
    Path folder;
    private Path claim;
    private Locations locations;

    @BeforeEach
    void mountClaim() throws IOException {
        claim = Files.createDirectory(folder.resolve("claim"));
        locations = new Locations(Map.of("data", claim), Map.of("data", claim), false);
    }

    @Test
    void writesReadsListsAndDeletes() {
        Location out = locations.output("output.uri", "pvc://data/models/a/");
        out.child("shards/1.json").write(bytes("one"));
        out.child("shards/0.json").writeUnflushed(bytes("zero"));
        out.child("shards/0.json").write(bytes("zero again"));

        assertThat(out.child("shards").list()).containsExactly("0.json", "1.json");
        assertThat(claim.resolve("models/a/shards")).isDirectoryNotContaining("glob:**.tmp");
        assertThat(out.child("shards/0.json").readAll()).isEqualTo(bytes("zero again"));
        assertThat(out.child("shards/0.json").uri()).isEqualTo("pvc://data/models/a/shards/0.json");

        out.child("shards/0.json").delete();
        out.child("shards/0.json").delete();
        assertThat(out.child("shards/0.json").exists()).isFalse();
        assertThat(out.child("nowhere").list()).isEmpty();
    }

    @Test
    void aWriteThatFailsLeavesTheOldContentAndNoOther() {
        Location file = locations.output("output.uri", "pvc://data/model.pt");
        file.write(bytes("old"));

        refused(ExitCode.STORAGE, "pvc://data/model.pt: writing failed: No space left on device",
                () -> file.write(out -> {
                    out.write(bytes("half of the new"));
                    throw new IOException("No space left on device");
                }));
        assertThat(file.readAll()).isEqualTo(bytes("old"));
        assertThat(claim).isDirectoryNotContaining("glob:**.tmp");
    }

    @Test
    void aFileWhereTheFolderShouldBeCannotBeWritten() {
        Location file = locations.output("output.uri", "pvc://data/model.pt");
        file.write(bytes("here.txt"));
        assertThatThrownBy(() -> file.child("report.json").write(bytes("x")))
                .isInstanceOfSatisfying(TrainerException.class,
                        e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageContaining("pvc://data/model.pt/report.json: writing failed")
                .hasMessageNotContaining(claim.toString());
    }

    @Test
    void aFileTooLargeForMemoryIsRefused() throws IOException {
        try (RandomAccessFile sparse = new RandomAccessFile(claim.resolve("training.json").toFile(), "rw")) {
            sparse.setLength(64 * 1024 * 1024 + 1);
        }
        refused(ExitCode.DATA, "pvc://data/training.json: is larger than 67108864 bytes; expected a small file",
                () -> locations.input("output.uri", at("pvc://data/training.json")).readAll());
    }

    @Test
    void aMissingFileIsNamed() {
        refused(ExitCode.DATA, "pvc://data/x.gz: no such file",
                () -> locations.input("data.train", at("pvc://data/x.gz")).read());
        locations.output("output.uri", "pvc://data/folder/file").write(bytes("x"));
        refused(ExitCode.DATA, "pvc://data/folder: is a folder; expected a file",
                () -> locations.input("data.train", at("pvc://data/folder/")).read());
    }

    @Test
    void namesThatLeaveTheRootAreRefused() {
        refused(ExitCode.RUN_SPEC,
                "data.train: \"pvc://data/../secret\": a location must not contain '..'",
                () -> locations.input("data.train", at("pvc://data/../secret")));
        Location inside = locations.input("data.train", at("pvc://data/x"));
        refused(ExitCode.RUN_SPEC,
                "pvc://data/x/../../secret: '..' in the path; expected plain names between single slashes",
                () -> inside.child("../../secret").read());
        refused(ExitCode.RUN_SPEC,
                "pvc://data/a//b: '' in the path; expected plain names between single slashes",
                () -> locations.output("output.uri", "pvc://data/a//b").write(bytes("x")));
    }

    @Test
    void linksThatLeaveTheRootAreRefused() throws IOException {
        Path secret = Files.createDirectory(folder.resolve("secret"));
        Files.writeString(secret.resolve("key"), "key");
        Files.createSymbolicLink(claim.resolve("file"), secret.resolve("key"));
        Files.createSymbolicLink(claim.resolve("folder"), secret);
        Files.createSymbolicLink(claim.resolve("up"), Path.of(".."));
        Files.writeString(claim.resolve("inner"), "inner");
        Files.createSymbolicLink(claim.resolve("link"), Path.of("inner"));

        for (String path : new String[] {"file", "folder/key", "up/secret/key"}) {
            refused(ExitCode.DATA, "pvc://data/" + path + ": a link leads out of pvc://data/",
                    () -> locations.input("data.train", at("pvc://data/" + path)).read());
        }
        refused(ExitCode.DATA, "pvc://data/folder/new/file: a link leads out of pvc://data/",
                () -> locations.output("output.uri", "pvc://data/folder/new/file").write(bytes("x")));
        assertThat(secret.resolve("new")).doesNotExist();
        assertThat(locations.input("data.train", at("pvc://data/link")).readAll()).isEqualTo(bytes("inner"));
    }

    @Test
    void aClaimWithoutAFolderIsNamed() {
        refused(ExitCode.RUN_SPEC,
                "output.uri: pvc://models/a: no folder is given for claim 'models'; expected the option "
                        + "--output-claim models=DIR",
                () -> locations.output("output.uri", "pvc://models/a"));
        refused(ExitCode.RUN_SPEC,
                "output.uri: pvc://models/a: no folder is given for claim 'models'; expected the option --claim models=DIR",
                () -> new Locations(Map.of(), Map.of(), true).output("output.uri", "pvc://models/a"));
    }

    @Test
    void filesOfTheMachineAreForLaptopsOnly() throws IOException {
        Path file = Files.writeString(folder.resolve("here.txt"), "here");
        refused(ExitCode.RUN_SPEC,
                "data.train: file:///etc/passwd: a pod has no files of its own; expected pvc://CLAIM/path",
                () -> locations.input("data.train", at("file:///etc/passwd")));
        Locations laptop = new Locations(Map.of(), Map.of(), true);
        assertThat(laptop.input("data.train", at("file://" + file)).readAll()).isEqualTo(bytes("here"));
        refused(ExitCode.RUN_SPEC, 
                "data.train: \"ftp://h/x\" is not pvc://CLAIM/path, s3://BUCKET/key or https://HOST/path (without a cluster also file:///path)",
                () -> laptop.input("data.train", at("ftp://h/x")));
    }

    private static dev.advtrain.api.v1alpha1.Location at(String uri) {
        return new dev.advtrain.api.v1alpha1.Location(uri, null);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TrainerException.class, e -> {
            assertThat(e).hasMessage(message);
            assertThat(e.exitCode()).isEqualTo(code);
        });
    }
}
