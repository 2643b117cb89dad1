package dev.advtrain.trainer.storage;

import java.io.ByteArrayInputStream;
import java.io.OutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;

/**
 * One object as it is written: a single request where it is small, parts in the memory of one otherwise. It exists once
 * {@link #complete} has returned; closed before, nothing of it stays. Each request carries the digest of its bytes, which
 * the server checks. SDK exceptions pass through.
 */
final class S3Upload extends OutputStream {
    /** The API allows 10,000 parts: objects up to 80 GB. */
    static final int PART_BYTES = 8 << 20;
    private static final int FIRST_BYTES = 1 << 14;
    private static final String ANY = "application/octet-stream";

    private final S3Client client;
    private final String bucket;
    private final String key;
    private final List<CompletedPart> parts = new ArrayList<>();
    private byte[] buffer = new byte[FIRST_BYTES];
    private int buffered;
    /** Null as long as one request may do. */
    private String uploadId;
    private boolean completed;

    S3Upload(S3Client client, String bucket, String key) {
        this.client = client;
        this.bucket = bucket;
        this.key = key;
    }

    @Override
    public void write(int value) {
        write(new byte[] {(byte) value}, 0, 1);
    }

    @Override
    public void write(byte[] source, int offset, int length) {
        Objects.checkFromIndexSize(offset, length, source.length);
        int from = offset;
        while (from < offset + length) {
            if (buffered == PART_BYTES) {
                sendPart();
            }
            int count = Math.min(offset + length - from, PART_BYTES - buffered);
            if (buffered + count > buffer.length) {
                buffer = Arrays.copyOf(buffer, Math.min(PART_BYTES, Math.max(buffered + count, 2 * buffer.length)));
            }
            System.arraycopy(source, from, buffer, buffered, count);
            buffered += count;
            from += count;
        }
    }

    private void sendPart() {
        if (uploadId == null) {
            abortAbandoned();
            uploadId = client.createMultipartUpload(request -> request.bucket(bucket).key(key)).uploadId();
        }
        int number = parts.size() + 1;
        String tag = client.uploadPart(request -> request.bucket(bucket).key(key).uploadId(uploadId).partNumber(number).contentMD5(md5()),
                body()).eTag();
        parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
        buffered = 0;
    }

    /** Makes the object. */
    void complete() {
        if (uploadId == null) {
            client.putObject(request -> request.bucket(bucket).key(key).contentMD5(md5()), body());
        } else {
            sendPart();
            client.completeMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(uploadId)
                    .multipartUpload(upload -> upload.parts(parts)));
        }
        completed = true;
    }

    private RequestBody body() {
        int length = buffered;
        return RequestBody.fromContentProvider(() -> new ByteArrayInputStream(buffer, 0, length), length, ANY);
    }

    private String md5() {
        try {
            MessageDigest digest = MessageDigest.getInstance("MD5");
            digest.update(buffer, 0, buffered);
            return Base64.getEncoder().encodeToString(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has MD5", e);
        }
    }

    /** A process that was killed left its parts, which cost until somebody removes them. Only one writes an object at a time. */
    private void abortAbandoned() {
        try {
            for (MultipartUpload upload : client.listMultipartUploads(request -> request.bucket(bucket).prefix(key)).uploads()) {
                if (upload.key().equals(key)) {
                    abort(upload.uploadId());
                }
            }
        } catch (SdkException e) {
            // Who may write need not be allowed to list uploads.
        }
    }

    private void abort(String id) {
        client.abortMultipartUpload(request -> request.bucket(bucket).key(key).uploadId(id));
    }

    @Override
    public void close() {
        if (!completed && uploadId != null) {
            completed = true;
            try {
                abort(uploadId);
            } catch (SdkException e) {
                // What failed before is what matters; the next write of this object removes the parts.
            }
        }
    }
}
