package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.resolve.StorageUri;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.security.cert.CertificateException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.hc.client5.http.CircularRedirectException;
import org.apache.hc.client5.http.RedirectException;
import org.apache.hc.client5.http.ClientProtocolException;
import org.apache.hc.client5.http.classic.HttpClient;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.Header;
import org.apache.hc.core5.http.HttpHeaders;

/** One file of a public web server, read only. */
final class HttpsStorage implements Storage {
    private static final int TOO_EARLY = 425;
    private static final int TOO_MANY_REQUESTS = 429;
    private static final Set<Integer> MAY_PASS = Set.of(HttpURLConnection.HTTP_CLIENT_TIMEOUT, TOO_EARLY, TOO_MANY_REQUESTS);

    private final URI file;
    private final HttpClient client;
    private final Retries retries;
    private final long maxBytes;

    /** @param maxBytes a server that sends more is not read to the end */
    HttpsStorage(URI file, HttpClient client, Retries retries, long maxBytes) {
        this.file = file;
        this.client = client;
        this.retries = retries;
        this.maxBytes = maxBytes;
    }

    /** What a server sends for one version of a file. */
    private record Version(String tag, String modified, String length) {
        static Version of(ClassicHttpResponse response) {
            return new Version(header(response, HttpHeaders.ETAG), header(response, HttpHeaders.LAST_MODIFIED),
                    header(response, HttpHeaders.CONTENT_LENGTH));
        }

        private static String header(ClassicHttpResponse response, String name) {
            return Optional.ofNullable(response.getFirstHeader(name)).map(Header::getValue).orElse("");
        }
    }

    /** Without the query: it may hold a signature that opens the file to everybody. */
    @Override
    public String uri(String path) {
        String shown = "https://" + file.getRawAuthority() + file.getRawPath();
        return path.isEmpty() ? shown : shown + "/" + path;
    }

    @Override
    public InputStream read(String path) {
        if (!path.isEmpty()) {
            throw readOnly(path);
        }
        Version[] first = new Version[1];
        try {
            return new ResumingInputStream(position -> open(position, first), retries, HttpsStorage::isHopeless);
        } catch (IOException e) {
            throw new TrainerException(isHopeless(e) ? ExitCode.DATA : ExitCode.STORAGE, uri("") + ": " + inWords(e), e);
        }
    }

    /** The whole file each time: few servers say reliably that a part is of the same version. */
    private InputStream open(long position, Version[] first) throws IOException {
        HttpGet request = new HttpGet(file);
        ClassicHttpResponse response = client.executeOpen(null, request, null);
        try {
            requireFile(response);
            Version version = Version.of(response);
            if (position > 0 && !version.equals(first[0])) {
                throw new TrainerException(ExitCode.DATA, uri("") + ": it was replaced while it was read");
            }
            first[0] = version;
            InputStream in = new Body(request, response);
            in.skipNBytes(position);
            return in;
        } catch (IOException | RuntimeException e) {
            discard(request, response);
            throw e;
        }
    }

    /** Ends the connection, unless all was read: closing the answer alone would first read the rest of it. */
    private static void discard(HttpGet request, ClassicHttpResponse response) {
        request.cancel();
        try {
            response.close();
        } catch (IOException e) {
            // It is of no use any more.
        }
    }

    private void requireFile(ClassicHttpResponse response) throws IOException {
        int status = response.getCode();
        if (status >= HttpURLConnection.HTTP_INTERNAL_ERROR || MAY_PASS.contains(status)) {
            throw new IOException("the server answered " + status);
        }
        if (status != HttpURLConnection.HTTP_OK || response.getEntity() == null) {
            throw new TrainerException(ExitCode.DATA, uri("") + ": the server answered " + status + "; expected a file");
        }
        if (response.getEntity().getContentLength() > maxBytes) {
            throw tooLarge();
        }
    }

    private TrainerException tooLarge() {
        return new TrainerException(ExitCode.DATA, uri("") + ": is larger than " + maxBytes + " bytes");
    }

    private static boolean isHopeless(IOException e) {
        return e instanceof CheckedResolver.RefusedHostException || e instanceof ClientProtocolException || distrusted(e);
    }

    private static boolean distrusted(Throwable e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof CertificateException || cause instanceof SSLPeerUnverifiedException) {
                return true;
            }
        }
        return false;
    }

    private static String inWords(IOException e) {
        return switch (e) {
            case CheckedResolver.RefusedHostException refused -> refused.getMessage();
            case ClientProtocolException protocol when protocol.getCause() instanceof CircularRedirectException -> "redirects in a circle";
            case ClientProtocolException protocol when protocol.getCause() instanceof RedirectException redirect -> StorageUri.shown(redirect.getMessage());
            case ClientProtocolException _ -> "the server does not answer as HTTP expects";
            case IOException _ when distrusted(e) -> "the server's certificate is not to be trusted, or not for this host";
            default -> "reading failed: " + StorageUri.shown(Objects.requireNonNullElse(e.getMessage(), e.getClass().getSimpleName()));
        };
    }

    @Override
    public void write(String path, Content content, boolean durable) {
        throw readOnly(path);
    }

    @Override
    public boolean exists(String path) {
        throw readOnly(path);
    }

    @Override
    public List<String> list(String folder) {
        throw readOnly(folder);
    }

    @Override
    public List<String> walk(String folder) {
        throw readOnly(folder);
    }

    @Override
    public void delete(String path) {
        throw readOnly(path);
    }

    private TrainerException readOnly(String path) {
        return new TrainerException(ExitCode.RUN_SPEC, uri(path) + ": https is for reading one file; expected pvc:// or s3://");
    }

    /** The body of an answer, cut off where it is too long. */
    private final class Body extends BulkInputStream {
        private final HttpGet request;
        private final ClassicHttpResponse response;
        private long left = maxBytes;

        Body(HttpGet request, ClassicHttpResponse response) throws IOException {
            super(response.getEntity().getContent());
            this.request = request;
            this.response = response;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            int read = in.read(target, offset, length);
            left -= Math.max(read, 0);
            if (left < 0) {
                throw tooLarge();
            }
            return read;
        }

        @Override
        public void close() {
            discard(request, response);
        }
    }
}
