// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SegmentationTableTest {

    @Test
    void everyRowDescribesANetworkAndItsNamesAreItsOwn() {
        Set<String> names = new HashSet<>();
        for (SegmentationEntry entry : SegmentationTable.all()) {
            assertTrue(names.add(entry.name()), entry.name());
            entry.aliases().forEach(alias -> assertTrue(names.add(alias), alias));
            assertEquals(entry.source() == Source.NONE, entry.files().isEmpty(), entry.name());
            assertTrue(entry.meanIou() < entry.meanIouMultiScale(), entry.name());
            for (WeightsFile file : entry.files()) {
                String digits = file.sha256();
                assertTrue(digits == null || file.name().contains("-" + digits + "."), file.name());
            }
        }
        assertEquals(14, SegmentationTable.all().size());
    }

    @Test
    void parametersAreThoseOfThePublishedNetworks() {
        assertEquals(59_941_862, parameters("upernet_swin_tiny_patch4_window7_512x512"));
        // Hugging Face's base is the one with windows of 12.
        assertEquals(121_415_076, parameters("openmmlab/upernet-swin-base"));
        assertEquals(233_962_976, parameters("openmmlab/upernet-swin-large"));
    }

    private static long parameters(String name) {
        return SegmentationTable.get(name).parameters();
    }

    @Test
    void aClassifierIsNotWhatLabelsPixels() {
        String name = "upernet_swin_tiny_patch4_window7_512x512";
        IllegalArgumentException e =
                assertThrows(IllegalArgumentException.class, () -> ModelTable.get(name));
        assertTrue(e.getMessage().contains("is a segmentation model"), e.getMessage());
        IllegalArgumentException near =
                assertThrows(IllegalArgumentException.class, () -> ModelTable.get(name + "x"));
        assertTrue(near.getMessage().contains(name + ".ms_in1k"), near.getMessage());
        IllegalArgumentException classifier =
                assertThrows(IllegalArgumentException.class, () -> SegmentationTable.get("swin_t"));
        assertTrue(classifier.getMessage().contains("is a classifier"), classifier.getMessage());
        IllegalArgumentException far =
                assertThrows(IllegalArgumentException.class, () -> SegmentationTable.get("vgg"));
        assertEquals(
                "Unknown model 'vgg'. 'swin models' lists all, and so does"
                        + " SegmentationTable.all().",
                far.getMessage());
    }

    @Test
    void anUnknownNameIsAnsweredWithTheNearest() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> SegmentationTable.get("upernet_swin_tini_patch4_window7_512x512"));
        assertTrue(e.getMessage().contains("upernet_swin_tiny"), e.getMessage());
    }
}
