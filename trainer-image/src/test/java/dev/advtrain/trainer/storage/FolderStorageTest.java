package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A folder that fails and recovers. Linux has one that fails: in {@code /proc/self} nothing can be made, and reading
 * {@code mem} from its beginning is an input/output error.
 */
class FolderStorageTest {
    private static final Path BROKEN = Path.of("/proc/self");

    @TempDir
    Path folder;
    private Path good;
    private Path mounted;
    private final List<Duration> pauses = new ArrayList<>();

    @BeforeEach
    void breakTheFolder() throws IOException {
        good = Files.createDirectory(folder.resolve("good"));
        Files.writeString(good.resolve("mem"), "content");
        mounted = Files.createSymbolicLink(folder.resolve("mounted"), BROKEN);
    }

    /** @param recovers after so many pauses */
    private FolderStorage storage(int recovers) {
        return new FolderStorage("pvc://data/", mounted, new Retries(5, Duration.ofMillis(100), Duration.ofMillis(300), pause -> {
            pauses.add(pause);
            if (pauses.size() == recovers) {
                mount(good);
            }
        }));
    }

    private void mount(Path other) {
        try {
            Files.delete(mounted);
            Files.createSymbolicLink(mounted, other);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void readsAFolderThatRecovers() throws IOException {
        assertThat(storage(2).read("mem").readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("content");
        assertThat(pauses).hasSize(2);
    }

    @Test
    void writesToAFolderThatRecovers() {
        storage(3).write("model.pt", out -> out.write(new byte[] {1, 2, 3}), true);
        assertThat(good.resolve("model.pt")).hasBinaryContent(new byte[] {1, 2, 3});
        assertThat(good).isDirectoryNotContaining("glob:**.tmp");
        assertThat(pauses).hasSize(3);
    }

    @Test
    void goesOnWhereReadingBroke() throws IOException {
        Files.writeString(good.resolve("large"), "0123456789".repeat(1000));
        mount(good);
        FolderStorage storage = storage(-1);
        InputStream in = storage.read("large");
        assertThat(in.readNBytes(3)).asString(StandardCharsets.UTF_8).isEqualTo("012");
        in.close(); // The file below fails now as on a mount that is lost.
        assertThat(in.readAllBytes()).asString(StandardCharsets.UTF_8).startsWith("3456").hasSize(9997);
        in.close();
        assertThat(pauses).hasSize(1);
    }

    @Test
    void aFileThatIsReplacedWhileReadingBreaksIsNotMixed() throws IOException {
        Files.writeString(good.resolve("large"), "old");
        mount(good);
        InputStream in = storage(-1).read("large");
        in.read();
        in.close();
        Files.setLastModifiedTime(Files.writeString(good.resolve("large"), "new"), FileTime.fromMillis(1));
        assertThatThrownBy(in::readAllBytes).isInstanceOf(TrainerException.class)
                .hasMessage("pvc://data/large: it was replaced while it was read");
    }

    @Test
    void givesUpWith74AfterAFewTries() {
        assertThatThrownBy(() -> storage(-1).read("mem").readAllBytes()).isInstanceOf(IOException.class).hasMessage("Input/output error");
        assertThat(pauses).hasSize(4).allSatisfy(pause -> assertThat(pause).isBetween(Duration.ZERO, Duration.ofMillis(300)));
        pauses.clear();
        assertThatThrownBy(() -> storage(-1).write("model.pt", out -> out.write(1), true))
                .isInstanceOfSatisfying(TrainerException.class, e -> assertThat(e.exitCode()).isEqualTo(ExitCode.STORAGE))
                .hasMessageStartingWith("pvc://data/model.pt: writing failed: ").hasMessageNotContaining("/proc");
        assertThat(pauses).hasSize(4);
    }

    @Test
    void whatNoTimeRepairsIsNotTriedAgain() throws IOException {
        mount(good);
        FolderStorage storage = storage(-1);
        assertThatThrownBy(() -> storage.read("nowhere")).hasMessage("pvc://data/nowhere: no such file");
        assertThatThrownBy(() -> storage.write("mem/x", out -> out.write(1), true)).hasMessageContaining("writing failed");
        assertThatThrownBy(() -> storage.write("x", out -> {
            throw new IOException("it has no more");
        }, true)).hasMessage("pvc://data/x: writing failed: it has no more");
        assertThat(storage.list("nowhere")).isEmpty();
        assertThat(pauses).isEmpty();
    }

    @Test
    void walksThroughFolders() throws IOException {
        mount(good);
        FolderStorage storage = storage(-1);
        for (String path : List.of("set/b/2.png", "set/b/1.png", "set/a/x/3.png", "set/z.txt", "set/b/.1.png.x.tmp")) {
            Files.createDirectories(good.resolve(path).getParent());
            Files.writeString(good.resolve(path), path);
        }
        Files.createSymbolicLink(good.resolve("set/loop"), Path.of("."));
        assertThat(storage.walk("set")).containsExactly("a/x/3.png", "b/1.png", "b/2.png", "z.txt");
        assertThat(storage.list("set")).containsExactly("z.txt");
        assertThat(storage.walk("nowhere")).isEmpty();
    }

    /** Nothing is wrong with the file that is to be read. */
    @Test
    void withoutRoomForACopyItIsTheStorageThatFails() throws IOException {
        Location file = new Location(new FolderStorage("pvc://c/", good, Retries.FOLDER), "mem");
        Refusals.refused(ExitCode.STORAGE, "pvc://c/mem: a temporary copy cannot be made in " + BROKEN + "; expected a folder that can be written to",
                () -> file.copied(BROKEN, 100, (copy, _) -> copy), "content");
        Refusals.refused(ExitCode.STORAGE, "pvc://c/mem: copying failed: No space left on device", () -> file.copyTo(Path.of("/dev/full"), 100), "content");
        Path gone = file.copied(folder, 100, (copy, _) -> {
            assertThat(copy).hasContent("content");
            return copy;
        });
        assertThat(gone).doesNotExist();
    }
}
