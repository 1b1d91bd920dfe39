// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * What a JPEG file says before its first scan.
 *
 * @param size the picture's size
 * @param process the number of the frame marker: 0 and 1 sequential, 2 progressive
 * @param precision bits per sample
 * @param components the components' identifiers, in order
 * @param jfif whether a JFIF segment is there
 * @param adobeTransform the colour transform of the Adobe segment; -1 without one
 * @param scan the offset of the first scan's marker; -1 if the data end before it
 */
record JpegHeader(
        PictureSize size,
        int process,
        int precision,
        byte[] components,
        boolean jfif,
        int adobeTransform,
        int scan) {

    private static final int SOI = 0xD8;
    private static final int EOI = 0xD9;
    private static final int SOS = 0xDA;
    private static final int APP0 = 0xE0;
    private static final int APP14 = 0xEE;
    private static final int APP15 = 0xEF;
    private static final int COM = 0xFE;

    /**
     * Parses a file's beginning.
     *
     * @return the header, or null if the data end before a frame is described
     */
    static JpegHeader parse(byte[] data) {
        Segments segments = new Segments(data);
        int frame = -1;
        int process = -1;
        boolean jfif = false;
        int adobe = -1;
        int scan = -1;
        while (scan < 0 && segments.next()) {
            int start = segments.start;
            if (segments.marker == SOS) {
                scan = start;
            } else if (isFrame(segments.marker) && segments.size() >= 10) {
                frame = start;
                process = segments.marker & 0xF;
            } else if (segments.marker == APP0 && segments.holds("JFIF\0", 14)) {
                jfif = true;
            } else if (segments.marker == APP14 && segments.holds("Adobe", 12)) {
                adobe = data[start + 15] & 0xFF;
            }
        }
        if (frame < 0) {
            return null;
        }
        int count = Math.min(data[frame + 9] & 0xFF, (segments.lengthAt(frame) - 8) / 3);
        byte[] components = new byte[count];
        for (int i = 0; i < count; i++) {
            components[i] = data[frame + 10 + 3 * i];
        }
        return new JpegHeader(
                new PictureSize(unsigned16(data, frame + 7), unsigned16(data, frame + 5)),
                process,
                data[frame + 4] & 0xFF,
                components,
                jfif,
                adobe,
                scan);
    }

    /**
     * Copies a file without its application segments and comments.
     *
     * <p>They do not bear on the samples, but the JDK's reader interprets them: a broken colour
     * profile or a misplaced JFIF segment makes it fail.
     */
    byte[] withoutMetadata(byte[] data) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(data.length);
        out.write(0xFF);
        out.write(SOI);
        Segments segments = new Segments(data);
        while (segments.next() && segments.marker != SOS) {
            boolean metadata =
                    segments.marker >= APP0 && segments.marker <= APP15 || segments.marker == COM;
            if (!metadata) {
                out.write(data, segments.start, segments.end - segments.start);
            }
        }
        out.write(data, scan, data.length - scan);
        return out.toByteArray();
    }

    /** Tells whether the mark of the end stands anywhere behind the first scan's beginning. */
    boolean hasEnd(byte[] data) {
        for (int at = data.length - 2; at > scan; at--) {
            if (data[at] == (byte) 0xFF && data[at + 1] == (byte) EOI) {
                return true;
            }
        }
        return false;
    }

    /** 0xC4, 0xC8 and 0xCC lie between the frame markers but define tables. */
    private static boolean isFrame(int marker) {
        return marker == 0xC0 || marker > 0xC0 && marker <= 0xCF && (marker & 3) != 0;
    }

    private static int unsigned16(byte[] data, int at) {
        return (data[at] & 0xFF) << 8 | data[at + 1] & 0xFF;
    }

    /** Walks over the marker segments that follow the start of the image. */
    private static final class Segments {

        private final byte[] data;
        private int marker;

        /** Offset of the segment's marker. */
        private int start;

        /** Offset behind the segment. */
        private int end = 2;

        Segments(byte[] data) {
            this.data = data;
        }

        /** Moves to the next segment that lies wholly in the data; bytes between are skipped. */
        boolean next() {
            int at = end;
            while (true) {
                while (at < data.length && data[at] != (byte) 0xFF) {
                    at++;
                }
                while (at + 1 < data.length && data[at + 1] == (byte) 0xFF) {
                    at++;
                }
                if (at + 4 > data.length) {
                    return false;
                }
                marker = data[at + 1] & 0xFF;
                if (marker == EOI) {
                    return false;
                }
                if (marker > 1 && (marker < 0xD0 || marker > SOI)) {
                    start = at;
                    end = at + 2 + lengthAt(at);
                    return end <= data.length && lengthAt(at) >= 2;
                }
                at += 2;
            }
        }

        int lengthAt(int segment) {
            return unsigned16(data, segment + 2);
        }

        /** The length of the segment with its marker. */
        int size() {
            return end - start;
        }

        boolean holds(String identifier, int contentBytes) {
            byte[] expected = identifier.getBytes(StandardCharsets.US_ASCII);
            if (size() < 4 + contentBytes) {
                return false;
            }
            return Arrays.equals(
                    expected, 0, expected.length, data, start + 4, start + 4 + expected.length);
        }
    }
}
