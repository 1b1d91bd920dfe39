// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

class LabelTest {

    @Test
    void imageNet1kIsInTheOrderOfItsFolders() {
        List<Label> labels = Label.of(ClassSet.IMAGENET_1K);
        assertEquals(1000, labels.size());
        assertEquals(new Label("n01440764", "tench, Tinca tinca"), labels.get(0));
        assertEquals("toilet tissue, toilet paper, bathroom tissue", labels.get(999).name());
        assertEquals(
                labels.stream().map(Label::id).sorted().toList(),
                labels.stream().map(Label::id).toList());
    }

    @Test
    void imageNet22kKeepsTheOrderOfTheLogits() {
        List<Label> labels = Label.of(ClassSet.IMAGENET_22K);
        assertEquals(21_841, labels.size());
        assertEquals(new Label("n00004475", "organism, being"), labels.get(0));
        assertEquals("n03931765", labels.get(9206).id());
        assertEquals(new Label("n15102359", "planking"), labels.get(21_840));
    }

    @Test
    void samplePicturesAreNotImageNet() {
        assertTrue(
                assertThrows(IllegalArgumentException.class, () -> Label.of(ClassSet.SAMPLE))
                        .getMessage()
                        .contains("checkpoint"));
    }
}
