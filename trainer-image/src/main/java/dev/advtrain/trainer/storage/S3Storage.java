package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Supplier;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.ListObjectsV2Request;
import software.amazon.awssdk.services.s3.model.S3Object;

/**
 * The objects of a bucket. The client tries again by itself; an object appears when its upload is completed, and one that
 * changes while it is read is noticed.
 */
final class S3Storage implements Storage {
    private static final int NOTHING_LEFT = 416;

    private final S3Client client;
    private final String bucket;
    private final Retries retries;

    /** @param retries for a download that breaks, besides those of the client */
    S3Storage(S3Client client, String bucket, Retries retries) {
        this.client = client;
        this.bucket = bucket;
        this.retries = retries;
    }

    @Override
    public String uri(String path) {
        return "s3://" + bucket + "/" + path;
    }

    @Override
    public InputStream read(String path) {
        PlainPath.require(this, path);
        String[] version = new String[1];
        try {
            return new ResumingInputStream(position -> open(path, position, version), retries, _ -> false);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, uri(path) + ": reading failed: " + e.getMessage(), e);
        }
    }

    /** @param version the ETag of what was opened first */
    private InputStream open(String path, long position, String[] version) {
        GetObjectRequest.Builder request = GetObjectRequest.builder().bucket(bucket).key(path);
        if (position > 0) {
            request.range("bytes=" + position + "-").ifMatch(version[0]);
        }
        try {
            ResponseInputStream<GetObjectResponse> in = client.getObject(request.build());
            version[0] = in.response().eTag();
            return new AbortingInputStream(in);
        } catch (SdkException e) {
            if (position > 0 && S3Errors.status(e) == NOTHING_LEFT) {
                // It broke after the last byte.
                return InputStream.nullInputStream();
            }
            throw failed(S3Errors.isRefusal(e) ? ExitCode.DATA : ExitCode.STORAGE, path, "reading", e);
        }
    }

    @Override
    public void write(String path, Content content, boolean durable) {
        PlainPath.require(this, path);
        try (S3Upload upload = new S3Upload(client, bucket, path)) {
            content.writeTo(upload);
            upload.complete();
        } catch (SdkException e) {
            throw failed(ExitCode.STORAGE, path, "writing", e);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.STORAGE, uri(path) + ": writing failed: " + e.getMessage(), e);
        }
    }

    @Override
    public boolean exists(String path) {
        PlainPath.require(this, path);
        try {
            client.headObject(request -> request.bucket(bucket).key(path));
            return true;
        } catch (SdkException e) {
            if (S3Errors.status(e) == HttpURLConnection.HTTP_NOT_FOUND) {
                return false;
            }
            throw failed(ExitCode.STORAGE, path, "looking", e);
        }
    }

    @Override
    public List<String> list(String folder) {
        return keys(folder, "/");
    }

    @Override
    public List<String> walk(String folder) {
        return keys(folder, null);
    }

    private List<String> keys(String folder, String delimiter) {
        PlainPath.require(this, folder);
        String prefix = folder.isEmpty() ? "" : folder + "/";
        ListObjectsV2Request request = ListObjectsV2Request.builder().bucket(bucket).prefix(prefix).delimiter(delimiter).build();
        return trying(folder, "listing", () -> {
            List<String> names = new ArrayList<>();
            for (S3Object object : client.listObjectsV2Paginator(request).contents()) {
                // Some tools make an empty object where a person made a folder.
                if (!object.key().endsWith("/")) {
                    names.add(object.key().substring(prefix.length()));
                }
            }
            Collections.sort(names);
            return names;
        });
    }

    @Override
    public void delete(String path) {
        PlainPath.require(this, path);
        trying(path, "deleting", () -> client.deleteObject(request -> request.bucket(bucket).key(path)));
    }

    @Override
    public boolean writesAreCheap() {
        return false;
    }

    private <T> T trying(String path, String doing, Supplier<T> action) {
        try {
            return action.get();
        } catch (SdkException e) {
            throw failed(ExitCode.STORAGE, path, doing, e);
        }
    }

    private TrainerException failed(ExitCode code, String path, String doing, SdkException e) {
        String reason = S3Errors.inWords(e, bucket);
        // Without a cause: --debug prints it, and it may name what was sent.
        return new TrainerException(code, uri(path) + ": " + (code == ExitCode.DATA ? reason : doing + " failed: " + reason));
    }

    /** Closing the SDK's stream would read an object to its end. */
    private static final class AbortingInputStream extends InputStream {
        private final ResponseInputStream<GetObjectResponse> in;

        AbortingInputStream(ResponseInputStream<GetObjectResponse> in) {
            this.in = in;
        }

        @Override
        public int read() throws IOException {
            return in.read();
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            return in.read(target, offset, length);
        }

        @Override
        public void close() {
            in.abort();
        }
    }
}
