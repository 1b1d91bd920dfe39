// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

/**
 * Where a GIF's first frame lies on its screen, in pixels.
 *
 * @param size the screen, enlarged where the frame reaches outside it, as Pillow does
 * @param x the frame's leftmost column
 * @param y the frame's top row
 * @param background the palette index that fills the rest of the screen
 */
record GifHeader(PictureSize size, int x, int y, int background) {

    private static final int SCREEN_END = 13;
    private static final int EXTENSION = '!';
    private static final int FRAME = ',';
    private static final int CONTROL = 0xF9;

    /**
     * Parses a file's beginning.
     *
     * @return the header, or null if the data end before the first frame is described
     */
    static GifHeader parse(byte[] data) {
        if (data.length < SCREEN_END) {
            return null;
        }
        int flags = data[10];
        int at = SCREEN_END + ((flags & 0x80) == 0 ? 0 : 3 << (flags & 7) + 1);
        int background = 0;
        while (at + 10 <= data.length) {
            int block = data[at];
            if (block == FRAME) {
                int x = unsigned16(data, at + 1);
                int y = unsigned16(data, at + 3);
                int width = Math.max(unsigned16(data, 6), x + unsigned16(data, at + 5));
                int height = Math.max(unsigned16(data, 8), y + unsigned16(data, at + 7));
                return new GifHeader(new PictureSize(width, height), x, y, background);
            }
            if (block != EXTENSION) {
                return null;
            }
            if ((data[at + 1] & 0xFF) == CONTROL && (data[at + 3] & 1) != 0) {
                background = data[at + 6] & 0xFF;
            }
            at += 2;
            while (at < data.length && data[at] != 0) {
                at += 1 + (data[at] & 0xFF);
            }
            at++;
        }
        return null;
    }

    private static int unsigned16(byte[] data, int at) {
        return data[at] & 0xFF | (data[at + 1] & 0xFF) << 8;
    }
}
