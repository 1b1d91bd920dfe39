// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class NameListTest {

    @Test
    void givesBackWhatWasAdded() {
        NameList.Builder builder = new NameList.Builder();
        for (int i = 0; i < 1000; i++) {
            builder.add(text(i));
        }
        NameList names = builder.build();
        assertEquals(1000, names.size());
        for (int i = 0; i < 1000; i++) {
            assertEquals(text(i), names.get(i));
        }
    }

    @Test
    void refusesAnIndexOutside() {
        NameList.Builder builder = new NameList.Builder();
        builder.add("a");
        NameList names = builder.build();
        assertThrows(IndexOutOfBoundsException.class, () -> names.get(1));
        assertThrows(IndexOutOfBoundsException.class, () -> names.get(-1));
    }

    private static String text(int i) {
        return i % 7 == 0 ? "" : "größe-猫-" + i;
    }
}
