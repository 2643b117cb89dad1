package dev.advtrain.trainer.data;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.util.Arrays;
import java.util.List;

/** The names of an archive's entries, which whoever made it chose. */
final class EntryNames {
    private static final int MAX_LENGTH = 1024;
    private static final int MAX_SHOWN = 200;

    private EntryNames() {}

    /**
     * The name as a relative path, without {@code ./} before it.
     *
     * @throws TrainerException 65 where it leads elsewhere: nothing is written by these names, but an archive with such
     *         names was not made in good faith
     */
    static String path(String uri, String name) {
        String path = name;
        while (path.startsWith("./")) {
            path = path.substring(2);
        }
        List<String> segments = Arrays.asList(path.split("/", -1));
        boolean plain = !path.isEmpty() && path.length() <= MAX_LENGTH && path.indexOf('\\') < 0
                && path.chars().noneMatch(Character::isISOControl)
                && segments.stream().noneMatch(segment -> segment.isEmpty() || segment.equals(".") || segment.equals(".."));
        if (!plain) {
            throw new TrainerException(ExitCode.DATA, uri + ": entry '" + shown(name) + "'; expected a relative path of at most "
                    + MAX_LENGTH + " characters, without '..', '\\' and control characters");
        }
        return path;
    }

    /** Safe to print, and short. */
    static String shown(String name) {
        String text = name.length() <= MAX_SHOWN ? name : name.substring(0, MAX_SHOWN) + "...";
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
