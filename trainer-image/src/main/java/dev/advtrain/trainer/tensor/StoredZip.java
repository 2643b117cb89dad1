package dev.advtrain.trainer.tensor;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/** Zip files as PyTorch wants them: entries uncompressed, content at multiples of 64 bytes; equal content gives equal bytes. */
final class StoredZip {
    private static final int ALIGNMENT = 64;
    private static final int LOCAL_HEADER = 30;
    private static final int EXTRA_HEADER = 4;
    private static final int LARGEST_ENTRY = Integer.MAX_VALUE - 16;
    private static final int MOST_ENTRIES = 100_000;
    // Any fixed time, but the first moment of 1980, to which Java adds an extra field of its own.
    private static final LocalDateTime TIME = LocalDateTime.of(1980, 2, 1, 0, 0);

    private StoredZip() {}

    static SequencedMap<String, byte[]> read(Path file) throws IOException {
        try (ZipFile zip = new ZipFile(file.toFile())) {
            SequencedMap<String, byte[]> entries = new LinkedHashMap<>();
            for (ZipEntry entry : Collections.list(zip.entries())) {
                try (InputStream in = zip.getInputStream(entry)) {
                    add(entries, entry, in);
                }
            }
            return entries;
        } catch (ZipException e) {
            throw new IOException("not a whole zip file (" + e.getMessage() + ")", e);
        }
    }

    private static void add(Map<String, byte[]> entries, ZipEntry entry, InputStream in) throws IOException {
        if (entry.isDirectory()) {
            return;
        }
        if (entry.getSize() < 0 || entry.getSize() > LARGEST_ENTRY || entries.size() >= MOST_ENTRIES) {
            throw new IOException("entry " + entry.getName() + " has " + entry.getSize() + " bytes and is number "
                    + (entries.size() + 1) + "; at most " + LARGEST_ENTRY + " bytes and " + MOST_ENTRIES + " entries are read");
        }
        // No more than the size that the entry itself declares is ever unpacked.
        byte[] content = in.readNBytes((int) entry.getSize());
        if (in.read() >= 0 || content.length != entry.getSize()) {
            throw new IOException("entry " + entry.getName() + " does not have the size it declares");
        }
        if (entries.put(entry.getName(), content) != null) {
            throw new IOException("entry " + entry.getName() + " occurs twice");
        }
    }

    static void write(SequencedMap<String, byte[]> entries, OutputStream out) throws IOException {
        // Finished, not closed: the stream is the caller's.
        ZipOutputStream zip = new ZipOutputStream(out);
        zip.setMethod(ZipOutputStream.STORED);
        long position = 0;
        for (Map.Entry<String, byte[]> entry : entries.entrySet()) {
            byte[] content = entry.getValue();
            CRC32 checksum = new CRC32();
            checksum.update(content);
            ZipEntry header = new ZipEntry(entry.getKey());
            header.setTimeLocal(TIME);
            header.setSize(content.length);
            header.setCompressedSize(content.length);
            header.setCrc(checksum.getValue());
            int fixed = LOCAL_HEADER + entry.getKey().getBytes(StandardCharsets.UTF_8).length + EXTRA_HEADER;
            int padding = (int) (Math.negateExact(position + fixed) & (ALIGNMENT - 1));
            header.setExtra(padding(padding));
            zip.putNextEntry(header);
            zip.write(content);
            zip.closeEntry();
            position += fixed + padding + content.length;
        }
        zip.finish();
    }

    /** An extra field of PyTorch's own tag, "FB". */
    private static byte[] padding(int length) {
        byte[] extra = new byte[EXTRA_HEADER + length];
        extra[0] = 'F';
        extra[1] = 'B';
        extra[2] = (byte) length;
        return extra;
    }
}
