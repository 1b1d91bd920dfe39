// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;

/**
 * Chooses proxies by the environment variables that other programs obey ({@code https_proxy},
 * {@code http_proxy}, {@code no_proxy}, in small or capital letters), where Java's own settings
 * name none. Users and passwords come from where the proxy does: from the properties {@code
 * https.proxyUser}, {@code https.proxyPassword} and their likes for http, or from the variable
 * ({@code http://user:password@host:port}).
 */
final class EnvironmentProxies extends ProxySelector {

    private static final String NO_PROXY_ADDRESS =
            "The environment's proxy is not of the form http://user:password@host:port: ";

    private final ProxySelector first;
    private final Properties properties;
    private final Map<String, String> environment;

    /**
     * Creates a selector.
     *
     * @param first asked before, null for none
     * @param properties Java's, which hold the users of the proxies that are asked for before
     * @param environment the variables
     */
    EnvironmentProxies(
            ProxySelector first, Properties properties, Map<String, String> environment) {
        this.first = first;
        this.properties = properties;
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(URI uri) {
        List<Proxy> chosen = chosenBefore(uri);
        if (!chosen.isEmpty()) {
            return chosen;
        }
        return List.of(
                ofEnvironment(uri)
                        .map(proxy -> new Proxy(Proxy.Type.HTTP, address(proxy)))
                        .orElse(Proxy.NO_PROXY));
    }

    /**
     * Returns what tells the proxy for an address who asks.
     *
     * @param uri what is asked for
     * @return the value of the header Proxy-Authorization, or empty if no user is known
     */
    Optional<String> authorization(URI uri) {
        return user(uri)
                .map(user -> user.getBytes(StandardCharsets.UTF_8))
                .map(user -> "Basic " + Base64.getEncoder().encodeToString(user));
    }

    /** Returns the user and the password, joined by a colon. */
    private Optional<String> user(URI uri) {
        if (chosenBefore(uri).isEmpty()) {
            return ofEnvironment(uri).map(URI::getUserInfo);
        }
        String scheme = uri.getScheme().toLowerCase(Locale.ROOT);
        return Optional.ofNullable(properties.getProperty(scheme + ".proxyUser"))
                .map(user -> user + ":" + properties.getProperty(scheme + ".proxyPassword", ""));
    }

    private List<Proxy> chosenBefore(URI uri) {
        List<Proxy> chosen = first == null ? List.of() : first.select(uri);
        return chosen.stream().allMatch(proxy -> proxy.type() == Proxy.Type.DIRECT)
                ? List.of()
                : chosen;
    }

    private Optional<URI> ofEnvironment(URI uri) {
        String proxy = variable(uri.getScheme().toLowerCase(Locale.ROOT) + "_proxy");
        return proxy.isBlank() || isExcepted(uri.getHost())
                ? Optional.empty()
                : Optional.of(parse(proxy));
    }

    private String variable(String name) {
        String value = environment.get(name);
        return value != null ? value : environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
    }

    private static URI parse(String proxy) {
        URI uri;
        try {
            uri = new URI(proxy.contains("://") ? proxy : "http://" + proxy);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(NO_PROXY_ADDRESS + withoutUser(proxy), e);
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(NO_PROXY_ADDRESS + withoutUser(proxy));
        }
        return uri;
    }

    /** Passwords do not belong into messages. */
    private static String withoutUser(String proxy) {
        return proxy.substring(proxy.lastIndexOf('@') + 1);
    }

    private static InetSocketAddress address(URI proxy) {
        return InetSocketAddress.createUnresolved(
                proxy.getHost(), proxy.getPort() < 0 ? 80 : proxy.getPort());
    }

    private boolean isExcepted(String host) {
        for (String entry : variable("no_proxy").split(",")) {
            String domain = entry.strip();
            if (domain.startsWith("*")) {
                domain = domain.substring(1);
                if (domain.isEmpty()) {
                    return true;
                }
            }
            if (domain.startsWith(".")) {
                domain = domain.substring(1);
            }
            if (!domain.isEmpty() && (host.equals(domain) || host.endsWith("." + domain))) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void connectFailed(URI uri, SocketAddress address, IOException failure) {
        if (first != null) {
            first.connectFailed(uri, address, failure);
        }
    }
}
