package dev.advtrain.trainer.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A web server of this machine, with a certificate of its own. */
class HttpsStorageTest {
    private static final char[] PASSWORD = "changeit".toCharArray();
    private static final Predicate<InetAddress> EVERYWHERE = address -> true;

    @TempDir
    private static Path folder;
    private static SSLContext tls;

    private final List<String> requests = new ArrayList<>();
    private final List<Duration> pauses = new ArrayList<>();
    private HttpsServer server;
    private Answer answer = exchange -> send(exchange, 200, "content");

    @FunctionalInterface
    interface Answer {
        void to(HttpExchange exchange) throws IOException;
    }

    @BeforeAll
    static void makeCertificate() throws Exception {
        Path file = folder.resolve("server.p12");
        Process keytool = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", "server",
                "-keyalg", "EC", "-dname", "CN=localhost", "-ext", "SAN=dns:localhost", "-storetype", "PKCS12", "-keystore", file.toString(),
                "-storepass", new String(PASSWORD)).inheritIO().start();
        assertThat(keytool.waitFor()).isZero();
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            keys.load(in, PASSWORD);
        }
        KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        own.init(keys, PASSWORD);
        TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trusted.init(keys);
        tls = SSLContext.getInstance("TLS");
        tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    }

    @BeforeEach
    void start() throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls));
        server.createContext("/", exchange -> {
            requests.add(exchange.getRequestURI().toString());
            try (exchange) {
                answer.to(exchange);
            }
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private URI at(String path) {
        return URI.create("https://localhost:" + server.getAddress().getPort() + path);
    }

    private HttpsStorage storage(String path, Predicate<InetAddress> allowed) {
        Retries retries = new Retries(4, Duration.ofMillis(10), Duration.ofMillis(10), pauses::add);
        return new HttpsStorage(at(path), HttpsClients.create(allowed, tls), retries, 1000);
    }

    private String read(String path) throws IOException {
        try (InputStream in = storage(path, EVERYWHERE).read("")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    private static void redirect(HttpExchange exchange, String to) throws IOException {
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
    }

    @Test
    void readsAFile() throws IOException {
        assertThat(read("/data/images.gz?signature=Canary")).isEqualTo("content");
        assertThat(requests).containsExactly("/data/images.gz?signature=Canary");
        assertThat(storage("/data/images.gz?signature=Canary", EVERYWHERE).uri("")).isEqualTo(at("/data/images.gz").toString());
    }

    @Test
    void followsRedirectsToHttpsOnly() throws IOException {
        answer = exchange -> {
            switch (exchange.getRequestURI().getPath()) {
                case "/there" -> redirect(exchange, "/here");
                case "/plain" -> redirect(exchange, "http://localhost:" + server.getAddress().getPort() + "/here");
                case "/circle" -> redirect(exchange, "/circle");
                case "/far" -> redirect(exchange, "https://127.0.0.1:1/here");
                default -> send(exchange, 200, "here");
            }
        };
        assertThat(read("/there")).isEqualTo("here");
        refused(ExitCode.DATA, at("/plain") + ": redirects to http; expected https", () -> read("/plain"));
        refused(ExitCode.DATA, at("/circle") + ": redirects in a circle", () -> read("/circle"));
        assertThat(pauses).isEmpty();
        // The first host may be connected to, the one it leads to not.
        InetAddress[] first = new InetAddress[1];
        Predicate<InetAddress> once = address -> first[0] == null ? (first[0] = address) != null : false;
        refused(ExitCode.DATA, at("/far") + ": 127.0.0.1 is no public host: link-local, loopback, private and cluster addresses are refused",
                () -> storage("/far", once).read(""));
    }

    @Test
    void refusesHostsThatAreNotPublic() {
        refused(ExitCode.DATA, at("/x") + ": localhost is no public host: link-local, loopback, private and cluster addresses are refused",
                () -> storage("/x", new PublicAddresses()).read(""));
        assertThat(requests).isEmpty();
        assertThat(pauses).isEmpty();
    }

    @Test
    void triesAgainWhatMayPass() throws IOException {
        answer = exchange -> {
            switch (requests.size()) {
                case 1 -> send(exchange, 503, "later");
                case 2 -> send(exchange, 429, "slower");
                default -> send(exchange, 200, "content");
            }
        };
        assertThat(read("/x")).isEqualTo("content");
        assertThat(pauses).hasSize(2);
        answer = exchange -> send(exchange, 500, "broken");
        refused(ExitCode.STORAGE, at("/x") + ": reading failed: the server answered 500", () -> read("/x"));
        assertThat(pauses).hasSize(5);
    }

    @Test
    void goesOnWhereADownloadBroke() throws IOException {
        answer = exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            exchange.sendResponseHeaders(200, 500);
            exchange.getResponseBody().write("abcde".repeat(100).getBytes(StandardCharsets.UTF_8), 0, requests.size() < 3 ? 200 : 500);
            exchange.getResponseBody().flush();
        };
        assertThat(read("/x")).isEqualTo("abcde".repeat(100));
        assertThat(requests).hasSize(3);
    }

    @Test
    void aFileThatIsReplacedWhileItIsReadIsNotMixed() {
        answer = exchange -> {
            exchange.getResponseHeaders().set("ETag", "\"" + requests.size() + "\"");
            exchange.sendResponseHeaders(200, 500);
            exchange.getResponseBody().write(new byte[200]);
            exchange.getResponseBody().flush();
        };
        refused(ExitCode.DATA, at("/x") + ": it was replaced while it was read", () -> read("/x"));
    }

    @Test
    void refusesWhatIsTooLargeSaidOrNot() {
        answer = exchange -> send(exchange, 200, "a".repeat(1001));
        refused(ExitCode.DATA, at("/x") + ": is larger than 1000 bytes", () -> storage("/x", EVERYWHERE).read(""));
        answer = exchange -> {
            exchange.sendResponseHeaders(200, 0);
            exchange.getResponseBody().write(new byte[2000]);
        };
        refused(ExitCode.DATA, at("/x") + ": is larger than 1000 bytes", () -> read("/x"));
    }

    @Test
    void whatIsNotThereIsNamedAtOnce() {
        for (int status : new int[] {401, 403, 404, 410, 204}) {
            answer = exchange -> exchange.sendResponseHeaders(status, -1);
            refused(ExitCode.DATA, at("/x") + ": the server answered " + status + "; expected a file", () -> read("/x"));
        }
        assertThat(pauses).isEmpty();
        refused(ExitCode.RUN_SPEC, at("/x/y") + ": https is for reading one file; expected pvc:// or s3://",
                () -> storage("/x", EVERYWHERE).write("y", out -> out.write(1), true));
    }

    @Test
    void refusesACertificateThatNobodyVouchesFor() throws Exception {
        HttpsStorage distrusting = new HttpsStorage(at("/x"), HttpsClients.create(EVERYWHERE, SSLContext.getDefault()),
                new Retries(4, Duration.ofMillis(10), Duration.ofMillis(10), pauses::add), 1000);
        refused(ExitCode.DATA, at("/x") + ": the server's certificate is not to be trusted, or not for this host", () -> distrusting.read(""));
        HttpsStorage otherName = new HttpsStorage(URI.create("https://127.0.0.1:" + server.getAddress().getPort() + "/x"),
                HttpsClients.create(EVERYWHERE, tls), new Retries(4, Duration.ofMillis(10), Duration.ofMillis(10), pauses::add), 1000);
        assertThatThrownBy(() -> otherName.read("")).hasMessageEndingWith(": the server's certificate is not to be trusted, or not for this host");
        assertThat(pauses).isEmpty();
        assertThat(requests).isEmpty();
    }

    private static void refused(ExitCode code, String message, ThrowingCallable action) {
        assertThatThrownBy(action).isInstanceOfSatisfying(TrainerException.class, e -> {
            assertThat(e).hasMessage(message);
            assertThat(e.exitCode()).isEqualTo(code);
        });
    }
}
