// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NearestTest {

    @ParameterizedTest
    @CsvSource({
        "'','',0",
        "abc,'',3",
        "'',ab,2",
        "kitten,sitting,3",
        "ab,ba,1",
        "window,widnow,1",
        "a,a,0",
    })
    void countsEdits(String a, String b, int expected) {
        assertEquals(expected, Nearest.distance(a, b));
        assertEquals(expected, Nearest.distance(b, a));
    }

    @Test
    void findsTheNearestFirst() {
        List<String> known =
                List.of("swin_small", "swin_base", "swin_tiny", "swinv2_tiny", "resnet");
        assertEquals(List.of("swin_tiny", "swinv2_tiny"), Nearest.to("SWIN-tin", known, 2));
        assertEquals(Optional.of("swinv2_tiny"), Nearest.to("swinv2", List.of("swinv2_tiny")));
        assertEquals(Optional.empty(), Nearest.to("vgg", known));
        assertEquals(Optional.empty(), Nearest.to("x", List.of()));
    }

    @Test
    void ordersEqualDistancesByName() {
        assertEquals(List.of("aab", "aac"), Nearest.to("aaa", List.of("aac", "aab", "zzz"), 3));
    }
}
