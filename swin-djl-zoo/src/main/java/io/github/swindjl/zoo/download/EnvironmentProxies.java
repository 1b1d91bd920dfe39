// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Chooses proxies by the environment variables that other programs obey ({@code https_proxy},
 * {@code http_proxy}, {@code no_proxy}, in small or capital letters), where Java's own settings
 * name none.
 */
final class EnvironmentProxies extends ProxySelector {

    private static final String NO_PROXY_ADDRESS =
            "The environment's proxy is not of the form http://host:port: ";

    private final ProxySelector first;
    private final Map<String, String> environment;

    /**
     * Creates a selector.
     *
     * @param first asked before, null for none
     * @param environment the variables
     */
    EnvironmentProxies(ProxySelector first, Map<String, String> environment) {
        this.first = first;
        this.environment = environment;
    }

    @Override
    public List<Proxy> select(URI uri) {
        if (first != null) {
            List<Proxy> chosen = first.select(uri);
            if (chosen.stream().anyMatch(proxy -> proxy.type() != Proxy.Type.DIRECT)) {
                return chosen;
            }
        }
        String proxy = variable(uri.getScheme().toLowerCase(Locale.ROOT) + "_proxy");
        if (proxy.isBlank() || isExcepted(uri.getHost())) {
            return List.of(Proxy.NO_PROXY);
        }
        return List.of(new Proxy(Proxy.Type.HTTP, address(proxy)));
    }

    private String variable(String name) {
        String value = environment.get(name);
        return value != null ? value : environment.getOrDefault(name.toUpperCase(Locale.ROOT), "");
    }

    private static InetSocketAddress address(String proxy) {
        URI uri;
        try {
            uri = new URI(proxy.contains("://") ? proxy : "http://" + proxy);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(NO_PROXY_ADDRESS + proxy, e);
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(NO_PROXY_ADDRESS + proxy);
        }
        return InetSocketAddress.createUnresolved(
                uri.getHost(), uri.getPort() < 0 ? 80 : uri.getPort());
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
