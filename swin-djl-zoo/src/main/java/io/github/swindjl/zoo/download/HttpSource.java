// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;

/** Sends requests and follows redirects. */
final class HttpSource {

    private static final int MAX_REDIRECTS = 10;
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);

    private final DownloadSettings settings;
    private final HttpClient client;

    HttpSource(DownloadSettings settings) {
        this.settings = settings;
        client =
                HttpClient.newBuilder()
                        // One long stream gains nothing from HTTP/2, and a length that is not kept
                        // is an error in every HTTP/1.1 client.
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(settings.connectTimeout())
                        .proxy(settings.proxies())
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .build();
    }

    /**
     * Asks for a file; returns the first answer that is no redirect, whose body is to be closed.
     */
    HttpResponse<InputStream> open(URI address, Map<String, String> headers) throws IOException {
        URI current = address;
        requireHttp(current);
        for (int hop = 0; hop <= MAX_REDIRECTS; hop++) {
            HttpResponse<InputStream> response = send(current, headers);
            if (!REDIRECTS.contains(response.statusCode())) {
                return response;
            }
            response.body().close();
            current = next(current, response.headers().firstValue("Location").orElse(""));
        }
        throw TransferException.lasting("there are more than " + MAX_REDIRECTS + " redirects");
    }

    /** Returns where a redirect leads. */
    static URI next(URI current, String location) throws IOException {
        URI next;
        try {
            next = current.resolve(location);
        } catch (IllegalArgumentException e) {
            throw TransferException.lasting(
                    current + " redirects to '" + location + "', which is no address");
        }
        if (location.isBlank()) {
            throw TransferException.lasting(current + " redirects without saying where");
        }
        requireHttp(next);
        if (isEncrypted(current) && !isEncrypted(next)) {
            throw TransferException.lasting(
                    current + " redirects to " + next + ", which is not encrypted");
        }
        return next;
    }

    private static void requireHttp(URI address) throws IOException {
        String scheme = address.getScheme() == null ? "" : address.getScheme();
        if (!Set.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT))
                || address.getHost() == null) {
            throw TransferException.lasting("'" + address + "' is no http or https address");
        }
    }

    private static boolean isEncrypted(URI address) {
        return "https".equalsIgnoreCase(address.getScheme());
    }

    private HttpResponse<InputStream> send(URI address, Map<String, String> headers)
            throws IOException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address).timeout(settings.stallTimeout());
        headers.forEach(request::header);
        settings.proxies()
                .authorization(address)
                .ifPresent(user -> request.header("Proxy-Authorization", user));
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException("Interrupted while waiting for " + address);
        } catch (HttpTimeoutException e) {
            throw TransferException.passing(address.getHost() + " does not answer in time", e);
        } catch (ConnectException e) {
            // A resumed download may have lost its network for a moment; a new one has none.
            String problem = address.getHost() + " cannot be reached" + detail(e);
            throw headers.isEmpty()
                    ? TransferException.lasting(problem)
                    : TransferException.passing(problem, e);
        } catch (SSLHandshakeException e) {
            throw TransferException.lasting(
                    "no encrypted connection to " + address.getHost() + detail(e));
        } catch (IOException e) {
            throw TransferException.passing(
                    "the connection to " + address.getHost() + " failed" + detail(e), e);
        }
    }

    static String detail(IOException e) {
        return e.getMessage() == null ? "" : " (" + e.getMessage() + ")";
    }
}
