// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import javax.imageio.ImageReader;
import javax.imageio.spi.IIORegistry;
import javax.imageio.spi.ImageReaderSpi;

/** The file formats that can be read, told apart by their first bytes, never by a file's name. */
enum PictureFormat {
    JPEG("com.sun.imageio.plugins.jpeg.JPEGImageReaderSpi", "\u00FF\u00D8\u00FF"),
    PNG("com.sun.imageio.plugins.png.PNGImageReaderSpi", "\u0089PNG\r\n\u001A\n"),
    GIF("com.sun.imageio.plugins.gif.GIFImageReaderSpi", "GIF87a", "GIF89a"),
    BMP("com.sun.imageio.plugins.bmp.BMPImageReaderSpi", "BM");

    private static final String[][] OTHERS = {
        {"RIFF....WEBP", "a WebP picture"},
        {"II*\0", "a TIFF picture"},
        {"MM\0*", "a TIFF picture"},
        {"....ftypavif", "an AVIF picture"},
        {"....ftyphei", "a HEIC picture"},
        {"....ftyp", "a video or HEIC picture"},
        {"\0\0\1\0", "an icon"},
        {"%PDF", "a PDF document"},
        {"PK\3\4", "a ZIP archive"},
        {"\u001F\u008B", "a gzip file"},
        {"<svg", "an SVG drawing"},
        {"<!DOCTYPE", "a web page"},
        {"<!doctype", "a web page"},
        {"<html", "a web page"},
        {"<?xml", "an XML document"},
    };

    private final String provider;
    private final String[] magic;

    PictureFormat(String provider, String... magic) {
        this.provider = provider;
        this.magic = magic;
    }

    /** Tells the format by the first bytes, or says what the file seems to be instead. */
    static PictureFormat of(byte[] head, String name) throws PictureException {
        if (head.length == 0) {
            throw new PictureException(name, "the file is empty, expected a picture");
        }
        for (PictureFormat format : values()) {
            for (String magic : format.magic) {
                if (startsWith(head, magic)) {
                    return format;
                }
            }
        }
        throw new PictureException(
                name,
                "not a picture that can be read: it looks like "
                        + likely(head)
                        + "; expected JPEG, PNG, GIF or BMP");
    }

    private static String likely(byte[] head) {
        for (String[] other : OTHERS) {
            if (startsWith(head, other[0])) {
                return other[1];
            }
        }
        int length = Math.min(head.length, 12);
        boolean text = true;
        StringBuilder hex = new StringBuilder();
        for (int i = 0; i < length; i++) {
            int b = head[i] & 0xFF;
            text &= b >= ' ' && b < 0x7F || b == '\n' || b == '\r' || b == '\t';
            hex.append(String.format(i == 0 ? "%02x" : " %02x", b));
        }
        if (text) {
            String start = new String(head, 0, length, StandardCharsets.US_ASCII);
            return "text (\"" + start.replaceAll("\\s+", " ") + "\")";
        }
        return "unknown data (first bytes " + hex + ")";
    }

    /** Compares as ISO-8859-1; a dot in the pattern stands for any byte. */
    private static boolean startsWith(byte[] head, String pattern) {
        if (head.length < pattern.length()) {
            return false;
        }
        for (int i = 0; i < pattern.length(); i++) {
            char expected = pattern.charAt(i);
            if (expected != '.' && expected != (head[i] & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    /** Returns the size that a PNG or BMP states; null if the data end before it. */
    PictureSize size(byte[] data) {
        if (data.length < 26) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(data);
        if (this == PNG) {
            return new PictureSize(buffer.getInt(16), buffer.getInt(20));
        }
        buffer.order(ByteOrder.LITTLE_ENDIAN);
        boolean shortHeader = buffer.getInt(14) == 12;
        return shortHeader
                ? new PictureSize(buffer.getChar(18), buffer.getChar(20))
                : new PictureSize(buffer.getInt(18), Math.abs(buffer.getInt(22)));
    }

    /**
     * Makes the JDK's own reader for this format. It is picked by its provider's name, so readers
     * that other libraries register make no difference.
     */
    ImageReader newReader() {
        var providers =
                IIORegistry.getDefaultInstance().getServiceProviders(ImageReaderSpi.class, false);
        while (providers.hasNext()) {
            ImageReaderSpi candidate = providers.next();
            if (candidate.getClass().getName().equals(provider)) {
                try {
                    return candidate.createReaderInstance();
                } catch (IOException e) {
                    throw new IllegalStateException("Cannot make the JDK's " + this + " reader", e);
                }
            }
        }
        throw new IllegalStateException(
                "The JDK's "
                        + this
                        + " reader ("
                        + provider
                        + ") is not registered: use a full JDK 17 or later with java.desktop");
    }
}
