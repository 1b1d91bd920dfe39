// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.download;

import ai.djl.util.Progress;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Brings one file, attempt by attempt; each goes on where the one before stopped. */
final class Transfer {

    private static final int BUFFER = 1 << 17;
    private static final int MAX_ASKED_DELAY_SECONDS = 60;
    private static final Pattern CONTENT_RANGE =
            Pattern.compile("bytes (?:(\\d+)-\\d+|\\*)/(\\d+)");

    private final HttpSource source;
    private final DownloadSettings settings;
    private final URI address;
    private final Partial partial;
    private final Progress progress;

    Transfer(
            HttpSource source,
            DownloadSettings settings,
            URI address,
            Partial partial,
            Progress progress) {
        this.source = source;
        this.settings = settings;
        this.address = address;
        this.partial = partial;
        this.progress = progress;
    }

    /**
     * Tries to bring what is missing.
     *
     * @throws TransferException if that failed; what has come is kept if it may be gone on with
     * @throws IOException if a file cannot be read or written
     */
    void attempt() throws IOException {
        Partial.Version version = partial.version();
        boolean resumes = version != null && version.address().equals(address.toString());
        Map<String, String> headers =
                resumes
                        ? Map.of(
                                "Range",
                                "bytes=" + partial.size() + "-",
                                "If-Range",
                                version.validator())
                        : Map.of();
        HttpResponse<InputStream> response = source.open(address, headers);
        try (InputStream body = response.body()) {
            refuseWebPage(response);
            int status = response.statusCode();
            if (status == 200) {
                long length = response.headers().firstValueAsLong("Content-Length").orElse(-1);
                partial.restart(version(response.headers(), length));
                receive(body, 0, length);
            } else if (status == 206 && resumes) {
                long have = partial.size();
                receive(body, have, checkedLength(response.headers(), have, version));
            } else if (status == 416 && resumes) {
                checkComplete(response.headers());
            } else {
                throw failure(response);
            }
        }
    }

    /** Returns what identifies the file's version, or null if the server does not say. */
    private Partial.Version version(HttpHeaders headers, long length) {
        return headers.firstValue("ETag")
                // A weak mark says that contents mean the same, not that their bytes are the same.
                .filter(tag -> !tag.startsWith("W/"))
                .or(() -> headers.firstValue("Last-Modified"))
                .map(mark -> new Partial.Version(address.toString(), mark, length))
                .orElse(null);
    }

    private long checkedLength(HttpHeaders headers, long have, Partial.Version version)
            throws IOException {
        String range = headers.firstValue("Content-Range").orElse("");
        Matcher parts = CONTENT_RANGE.matcher(range);
        if (!parts.matches()
                || parts.group(1) == null
                || Long.parseLong(parts.group(1)) != have
                || version.length() >= 0 && Long.parseLong(parts.group(2)) != version.length()) {
            partial.discard();
            throw TransferException.passing(
                    "asked for what follows byte "
                            + have
                            + " of "
                            + version.length()
                            + ", the server offered '"
                            + range
                            + "'");
        }
        return Long.parseLong(parts.group(2));
    }

    /** Accepts that nothing is left to send if that is so. */
    private void checkComplete(HttpHeaders headers) throws IOException {
        Matcher parts = CONTENT_RANGE.matcher(headers.firstValue("Content-Range").orElse(""));
        if (!parts.matches() || Long.parseLong(parts.group(2)) != partial.size()) {
            partial.discard();
            throw TransferException.passing("the server no longer has what was being downloaded");
        }
    }

    private static void refuseWebPage(HttpResponse<?> response) throws IOException {
        String type = response.headers().firstValue("Content-Type").orElse("");
        if (response.statusCode() < 300 && type.toLowerCase(Locale.ROOT).startsWith("text/html")) {
            throw TransferException.lasting(
                    response.uri().getHost() + " answered with a web page instead of the file");
        }
    }

    private static TransferException failure(HttpResponse<?> response) {
        int status = response.statusCode();
        String problem = response.uri().getHost() + " answered HTTP " + status;
        if (status == HttpURLConnection.HTTP_PROXY_AUTH) {
            return TransferException.lasting(
                    "the proxy did not accept the user and password, if any: give them as"
                            + " https.proxyUser and https.proxyPassword beside https.proxyHost, or"
                            + " in https_proxy=http://user:password@host:port, and let Java send"
                            + " them with -Djdk.http.auth.tunneling.disabledSchemes=");
        }
        boolean busy = status == 408 || status == 429 || status >= 500;
        if (!busy) {
            return TransferException.lasting(problem);
        }
        return TransferException.passing(
                problem,
                response.headers()
                        .firstValue("Retry-After")
                        .filter(value -> value.matches("\\d{1,9}"))
                        .map(Integer::parseInt)
                        .map(value -> Duration.ofSeconds(Math.min(value, MAX_ASKED_DELAY_SECONDS)))
                        .orElse(null));
    }

    private void receive(InputStream body, long have, long length) throws IOException {
        requireSpace(length - have);
        report(have, length, true);
        long count = have;
        byte[] buffer = new byte[BUFFER];
        try (FileChannel file =
                        FileChannel.open(
                                partial.content(),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                StallGuard guard = new StallGuard(body, settings.stallTimeout())) {
            file.position(have);
            int read = read(body, buffer, guard, count, length);
            while (read >= 0) {
                count += read;
                if (length >= 0 && count > length) {
                    throw tooMuch(length);
                }
                write(file, ByteBuffer.wrap(buffer, 0, read), count);
                report(count, length, false);
                read = read(body, buffer, guard, count, length);
            }
            file.force(true);
        }
        if (length >= 0 && count < length) {
            throw TransferException.passing("it ended" + after(count, length));
        }
    }

    private int read(InputStream body, byte[] buffer, StallGuard guard, long count, long length)
            throws TransferException {
        try {
            int read = body.read(buffer);
            guard.arrived();
            if (read < 0 && guard.stalled()) {
                throw stalled(count, length);
            }
            return read;
        } catch (TransferException e) {
            throw e;
        } catch (IOException e) {
            throw guard.stalled()
                    ? stalled(count, length)
                    : TransferException.passing(
                            "the connection broke off" + after(count, length), e);
        }
    }

    private TransferException stalled(long count, long length) {
        return TransferException.passing(
                "nothing came for "
                        + settings.stallTimeout().toSeconds()
                        + " s"
                        + after(count, length));
    }

    private static String after(long count, long length) {
        return " after " + count + (length < 0 ? "" : " of " + length) + " bytes";
    }

    private TransferException tooMuch(long length) throws IOException {
        partial.discard();
        return TransferException.lasting(
                "the server sends more than the " + length + " bytes that it announced");
    }

    private static void write(FileChannel file, ByteBuffer bytes, long count)
            throws TransferException {
        try {
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            throw TransferException.lasting(
                    "the disk does not take more than "
                            + (count - bytes.remaining())
                            + " bytes of it"
                            + HttpSource.detail(e));
        }
    }

    private void requireSpace(long needed) throws IOException {
        Path directory = partial.content().toAbsolutePath().getParent();
        long space = settings.space().in(directory);
        if (needed > space) {
            throw TransferException.lasting(
                    needed
                            + " bytes are left to bring, but "
                            + directory
                            + " has room for "
                            + space
                            + "; make room, or set DJL_CACHE_DIR to a folder on another disk");
        }
    }

    private void report(long count, long length, boolean first) {
        if (progress != null && length > 0) {
            if (first) {
                progress.reset("Downloading", length);
            }
            progress.update(count);
        }
    }
}
