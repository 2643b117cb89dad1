package dev.advtrain.trainer.storage;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;
import org.apache.hc.client5.http.SystemDefaultDnsResolver;

/**
 * Resolves a host and checks what it resolves to. The HTTP client connects to the addresses that this returned, and asks
 * again for each redirect: a name cannot mean one address to the check and another to the connection.
 *
 * @param allowed of addresses; a host with any other is refused whole
 */
record CheckedResolver(Predicate<InetAddress> allowed) implements DnsResolver {

    /** The host exists but may not be reached from here. */
    static final class RefusedHostException extends UnknownHostException {
        // Not which address: what names mean inside a network is nobody's business outside.
        RefusedHostException(String host) {
            super(host + " is no public host: link-local, loopback, private and cluster addresses are refused");
        }
    }

    @Override
    public InetAddress[] resolve(String host) throws UnknownHostException {
        InetAddress[] addresses = SystemDefaultDnsResolver.INSTANCE.resolve(host);
        if (!Arrays.stream(addresses).allMatch(allowed)) {
            throw new RefusedHostException(host);
        }
        return addresses;
    }

    @Override
    public String resolveCanonicalHostname(String host) {
        return host;
    }
}
