// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.blocks.StateDict;
import io.github.swindjl.dense.UperNet;
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
        UperNet network = new UperNet(SegmentationTable.get(name).config());
        return StateDict.of(network).values().stream()
                .filter(parameter -> parameter.requiresGradient())
                .mapToLong(parameter -> parameter.getShape().size())
                .sum();
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
