// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import java.nio.charset.StandardCharsets;

/** The values that the goldens' makers give to a name: scripts/formula.py, in Java. */
final class Formula {

    private Formula() {}

    static float[] values(String name, int count) {
        long seed = 0xcbf29ce484222325L;
        for (byte part : name.getBytes(StandardCharsets.UTF_8)) {
            seed = (seed ^ part & 0xff) * 0x100000001b3L;
        }
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            long z = seed + (i + 1) * 0x9e3779b97f4a7c15L;
            z = (z ^ z >>> 30) * 0xbf58476d1ce4e5b9L;
            z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
            z ^= z >>> 31;
            values[i] = (z >>> 40) * 0x1p-23f - 1;
        }
        return values;
    }
}
