package dev.advtrain.trainer.storage;

import java.net.InetAddress;
import java.net.URI;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.client5.http.RedirectException;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.DefaultRedirectStrategy;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.client5.http.ssl.DefaultClientTlsStrategy;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.HttpRequest;
import org.apache.hc.core5.http.HttpResponse;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.util.Timeout;

/** The client for files of public web servers: no proxy, no cookies, no credentials, TLS only. */
final class HttpsClients {
    private static final Timeout CONNECT = Timeout.ofSeconds(10);
    private static final Timeout ANSWER = Timeout.ofSeconds(60);
    private static final int MAX_REDIRECTS = 5;

    private HttpsClients() {
    }

    /** @param allowed addresses that may be connected to */
    static CloseableHttpClient create(Predicate<InetAddress> allowed, SSLContext tls) {
        return HttpClients.custom()
                .setConnectionManager(PoolingHttpClientConnectionManagerBuilder.create()
                        .setDnsResolver(new CheckedResolver(allowed))
                        .setTlsSocketStrategy(new DefaultClientTlsStrategy(tls))
                        .setDefaultConnectionConfig(ConnectionConfig.custom().setConnectTimeout(CONNECT).setSocketTimeout(ANSWER).build())
                        .build())
                .setDefaultRequestConfig(RequestConfig.custom().setResponseTimeout(ANSWER).setMaxRedirects(MAX_REDIRECTS).build())
                .setRedirectStrategy(new TlsOnly())
                // The client's own would look at the environment for one.
                .setRoutePlanner((host, context) -> new HttpRoute(host, null, true))
                .disableAutomaticRetries()
                .disableAuthCaching()
                .disableCookieManagement()
                // The digest is of the bytes as they lie there.
                .disableContentCompression()
                .build();
    }

    /** A redirect may lead to another host, not out of TLS. */
    private static final class TlsOnly extends DefaultRedirectStrategy {
        @Override
        public URI getLocationURI(HttpRequest request, HttpResponse response, HttpContext context) throws HttpException {
            URI location = super.getLocationURI(request, response, context);
            if (!"https".equals(location.getScheme())) {
                throw new RedirectException("redirects to " + location.getScheme() + "; expected https");
            }
            return location;
        }
    }
}
