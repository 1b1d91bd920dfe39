// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.zoo.ClassSet;
import io.github.swindjl.zoo.Label;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelSetsTest {

    private static final List<String> ONE_THOUSAND = ids(ClassSet.IMAGENET_1K);
    private static final List<String> ALL = ids(ClassSet.IMAGENET_22K);

    @TempDir Path folder;

    @Test
    void matchesTheSameClassesInAnyOrder() throws IOException {
        ClassMatch same = match(List.of("a", "b"), List.of("a", "b"));
        assertEquals(new ClassMatch(ClassMatch.Kind.SAME, new int[] {0, 1}), same);
        ClassMatch other = match(List.of("b", "a"), List.of("a", "b"));
        assertEquals(new ClassMatch(ClassMatch.Kind.REORDERED, new int[] {1, 0}), other);
    }

    @Test
    void numbersMeanImageNetsClassesOnlyForItsClassifiers() throws IOException {
        List<String> numbers = IntStream.range(0, 1000).mapToObj(Integer::toString).toList();
        ClassMatch match = match(numbers, ONE_THOUSAND);
        assertEquals(ClassMatch.Kind.NUMBERED, match.kind());
        assertEquals(999, match.outputs()[999]);
        assertThrows(DataException.class, () -> match(List.of("0", "1"), List.of("a", "b")));
    }

    @Test
    void aSubsetAsksForItsOutputs() throws IOException {
        List<String> two = List.of(ONE_THOUSAND.get(6), ONE_THOUSAND.get(998));
        ClassMatch match = match(two, ONE_THOUSAND);
        assertEquals(new ClassMatch(ClassMatch.Kind.SUBSET, new int[] {6, 998}), match);
    }

    @Test
    void oneThousandAreAmongAllByThePublishedMap() throws IOException {
        ClassMatch match = match(ONE_THOUSAND, ALL);
        assertEquals(ClassMatch.Kind.REDUCED, match.kind());
        assertEquals("n04399382", ONE_THOUSAND.get(850));
        assertEquals(5564, match.outputs()[850]);
        for (int i = 0; i < 1000; i++) {
            if (i != 850) {
                assertEquals(ONE_THOUSAND.get(i), ALL.get(match.outputs()[i]));
            }
        }
    }

    @Test
    void saysWhichClassesAreUnknown() {
        DataException e =
                assertThrows(
                        DataException.class, () -> match(List.of("a", "z"), List.of("a", "b")));
        assertTrue(
                e.getMessage()
                        .contains(
                                "the set does not have the classes of the model: 2 classes for 2; unknown to"
                                        + " the model z; missing b"),
                e.getMessage());
    }

    @Test
    void realLabelsGoByTheOfficialNumber() throws IOException {
        Path file = real("[65, 7], [], [999]", 50_000 - 3);
        RealLabels labels = RealLabels.read(file);
        assertArrayEquals(new int[] {65, 7}, labels.of("n01751748/ILSVRC2012_val_00000001.JPEG"));
        assertArrayEquals(new int[0], labels.of("ILSVRC2012_val_00000002.JPEG"));
        assertArrayEquals(new int[] {999}, labels.of("val/x/ILSVRC2012_val_00000003.jpg"));
        for (String name : List.of("ILSVRC2012_val_00050001.JPEG", "cat.jpg")) {
            DataException e = assertThrows(DataException.class, () -> labels.of(name));
            assertTrue(e.getMessage().contains(name), e.getMessage());
        }
    }

    @Test
    void refusesWhatAreNoRealLabels() throws IOException {
        for (String text : List.of("[[1000]]", "[[1, 1]]", "{}", "[[\"x\"]]", "[[1]", "x")) {
            Path file = Files.writeString(folder.resolve("real.json"), text);
            DataException e = assertThrows(DataException.class, () -> RealLabels.read(file), text);
            assertTrue(e.getMessage().contains("no ReaL labels"), e.getMessage());
        }
        for (int more : new int[] {49_998, 50_000}) {
            DataException e =
                    assertThrows(DataException.class, () -> RealLabels.read(real("[1]", more)));
            assertTrue(
                    e.getMessage().contains("for " + (more + 1) + " pictures, expected 50000"),
                    e.getMessage());
        }
        DataException none =
                assertThrows(DataException.class, () -> RealLabels.read(folder.resolve("no.json")));
        assertTrue(none.getMessage().contains("There is no file"), none.getMessage());
    }

    /** Writes labels, and as many empty ones after them. */
    private Path real(String first, int more) throws IOException {
        return Files.writeString(
                folder.resolve("real.json"), "[" + first + ", []".repeat(more) + "]");
    }

    private static ClassMatch match(List<String> data, List<String> classifier)
            throws DataException {
        return ClassMatch.of("the set", data, classifier);
    }

    private static List<String> ids(ClassSet set) {
        return Label.of(set).stream().map(Label::id).toList();
    }
}
