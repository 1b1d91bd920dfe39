// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.URI;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.junit.jupiter.api.Test;

class EnvironmentProxiesTest {

    private static String choice(Map<String, String> environment, String address) {
        return choice(new EnvironmentProxies(null, new Properties(), environment), address);
    }

    private static String choice(ProxySelector selector, String address) {
        Proxy proxy = selector.select(URI.create(address)).get(0);
        if (proxy.type() == Proxy.Type.DIRECT) {
            return "direct";
        }
        InetSocketAddress host = (InetSocketAddress) proxy.address();
        return host.getHostString() + ":" + host.getPort();
    }

    @Test
    void obeysTheVariableOfTheScheme() {
        Map<String, String> environment =
                Map.of("https_proxy", "http://a.test:3128/", "HTTP_PROXY", "b.test");
        assertEquals("a.test:3128", choice(environment, "https://weights.test/x"));
        assertEquals("b.test:80", choice(environment, "http://weights.test/x"));
        assertEquals("direct", choice(Map.of(), "https://weights.test/x"));
        assertEquals("direct", choice(Map.of("https_proxy", ""), "https://weights.test/x"));
    }

    @Test
    void leavesOutTheHostsOfNoProxy() {
        for (String rule : new String[] {"*", "weights.test", ".test", "test", "a, *.test"}) {
            assertEquals(
                    "direct",
                    choice(
                            Map.of("https_proxy", "http://a:1", "no_proxy", rule),
                            "https://weights.test/x"),
                    rule);
        }
        assertEquals(
                "a:1",
                choice(
                        Map.of("https_proxy", "http://a:1", "NO_PROXY", "eights.test,est"),
                        "https://weights.test/x"));
    }

    @Test
    void settingsOfJavaComeFirst() {
        ProxySelector java = ProxySelector.of(InetSocketAddress.createUnresolved("java", 1));
        assertEquals(
                "java:1",
                choice(
                        new EnvironmentProxies(
                                java, new Properties(), Map.of("https_proxy", "http://a:1")),
                        "https://weights.test/x"));
        assertEquals(
                "a:1",
                choice(
                        new EnvironmentProxies(
                                ProxySelector.of(null),
                                new Properties(),
                                Map.of("https_proxy", "http://a:1")),
                        "https://weights.test/x"));
    }

    @Test
    void refusesAVariableThatIsNoAddress() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> choice(Map.of("http_proxy", "http://"), "http://weights.test/"));
        assertTrue(e.getMessage().contains("http"), e.getMessage());
    }

    @Test
    void noPasswordIsInAMessage() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () ->
                                choice(
                                        Map.of("http_proxy", "http://me:secret%@a:1"),
                                        "http://weights.test/"));
        assertTrue(e.getMessage().endsWith(": a:1"), e.getMessage());
    }

    @Test
    void aUserBelongsToItsProxy() {
        ProxySelector java = ProxySelector.of(InetSocketAddress.createUnresolved("java", 1));
        Properties properties = new Properties();
        properties.put("https.proxyUser", "u");
        Map<String, String> environment =
                Map.of("https_proxy", "http://e:p@a:1", "no_proxy", "direct.test");
        URI weights = URI.create("https://weights.test/x");
        assertEquals(
                Optional.of("Basic dTo="),
                new EnvironmentProxies(java, properties, environment).authorization(weights));
        EnvironmentProxies own = new EnvironmentProxies(null, properties, environment);
        assertEquals(Optional.of("Basic ZTpw"), own.authorization(weights));
        assertEquals(Optional.empty(), own.authorization(URI.create("https://direct.test/x")));
        assertEquals(Optional.empty(), own.authorization(URI.create("http://weights.test/x")));
    }
}
