// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on this machine that behaves as a test says. */
public final class TestServer implements AutoCloseable {

    /** Answers one request. */
    public interface Behaviour {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    /** Starts a server. */
    public TestServer(Behaviour behaviour) throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext(
                "/",
                exchange -> {
                    String range = exchange.getRequestHeaders().getFirst("Range");
                    requests.add(exchange.getRequestURI() + (range == null ? "" : " " + range));
                    try (exchange) {
                        behaviour.answer(exchange);
                    }
                });
        server.start();
    }

    /** Returns the address of a file on this server. */
    public URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    /** Returns what was asked for: path and range. */
    public List<String> requests() {
        return List.copyOf(requests);
    }

    /** Sends a whole answer. */
    public static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        sendPart(exchange, status, body.length, body);
    }

    /** Announces a length and sends bytes that may be fewer; then the connection ends. */
    public static void sendPart(HttpExchange exchange, int status, long length, byte[] body)
            throws IOException {
        exchange.sendResponseHeaders(status, length == 0 ? -1 : length);
        OutputStream out = exchange.getResponseBody();
        out.write(body);
        out.flush();
        if (body.length < length) {
            drain();
        }
    }

    /** Lets the client take what is on its way: it drops that when the connection ends. */
    private static void drain() {
        try {
            Thread.sleep(150);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Answers as a good server does, ranges included. */
    public static void serve(HttpExchange exchange, byte[] content, String tag, int most)
            throws IOException {
        exchange.getResponseHeaders().set("ETag", tag);
        String range = exchange.getRequestHeaders().getFirst("Range");
        String condition = exchange.getRequestHeaders().getFirst("If-Range");
        int from = 0;
        int status = 200;
        if (range != null && tag.equals(condition)) {
            from = Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            if (from >= content.length) {
                exchange.getResponseHeaders().set("Content-Range", "bytes */" + content.length);
                exchange.sendResponseHeaders(416, -1);
                return;
            }
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
            status = 206;
        }
        byte[] body =
                Arrays.copyOfRange(
                        content, from, (int) Math.min(content.length, (long) from + most));
        sendPart(exchange, status, content.length - from, body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
