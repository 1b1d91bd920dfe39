// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTableTest {

    /** Multiply-adds as the official code's own counter gives them. */
    @ParameterizedTest
    @CsvSource({
        "swin_tiny_patch4_window7_224.ms_in1k, 28288354, 4494405120",
        "swin_tiny_patch4_window7_224.ms_in22k, 44315083, 4510411008",
        "swin_large_patch4_window12_384.ms_in22k_ft_in1k, 196735516, 103952265216",
        "swinv2_tiny_window16_256.ms_in1k, 28347154, 6605174784",
        "swinv2_large_window12to24_192to384.ms_in22k_ft_in1k, 196739932, 115416895488"
    })
    void countsAsTheOfficialCode(String name, long parameters, long multiplyAdds) {
        assertEquals(parameters, ModelTable.get(name).parameters());
        assertEquals(multiplyAdds, ModelTable.get(name).multiplyAdds());
    }

    /** Billions of multiply-adds as published, cut to one digit or rounded. */
    @ParameterizedTest
    @CsvSource({
        "swin_small_patch4_window7_224.ms_in1k, 49606258, 8.7",
        "swin_base_patch4_window7_224.ms_in1k, 87768224, 15.4",
        "swin_base_patch4_window12_384.ms_in1k, 87903584, 47.1",
        "swin_large_patch4_window7_224.ms_in22k_ft_in1k, 196532476, 34.5",
        "swinv2_tiny_window8_256.ms_in1k, 28347154, 5.9",
        "swinv2_small_window8_256.ms_in1k, 49728418, 11.5",
        "swinv2_base_window8_256.ms_in1k, 87918816, 20.3",
        "swinv2_small_window16_256.ms_in1k, 49728418, 12.6",
        "swinv2_base_window16_256.ms_in1k, 87918816, 21.8",
        "swinv2_base_window12_192.ms_in22k, 109280841, 11.8",
        "swinv2_large_window12_192.ms_in22k, 228772549, 26.0",
        "swinv2_base_window12to24_192to384.ms_in22k_ft_in1k, 87918816, 54.7"
    })
    void countsAsPublished(String name, long parameters, double billions) {
        assertEquals(parameters, ModelTable.get(name).parameters());
        assertEquals(billions, ModelTable.get(name).multiplyAdds() / 1e9, 0.1);
    }

    @Test
    void everyEntryIsComplete() {
        assertFalse(ModelTable.all().isEmpty());
        for (ModelEntry entry : ModelTable.all()) {
            assertEquals(entry.imageSize(), entry.preprocessing().height(), entry.name());
            assertEquals(4, entry.config().patchSize(), entry.name());
            assertTrue(entry.multiplyAdds() > 0, entry.name());
            assertTrue(entry.classes().size() > 0, entry.name());
            assertFalse(entry.licence().isBlank(), entry.name());
        }
    }

    @Test
    void aNameWithoutItsTrainingMeansTheFirst() {
        assertEquals(
                "swin_tiny_patch4_window7_224.ms_in1k",
                ModelTable.get("swin_tiny_patch4_window7_224").name());
    }

    @Test
    void unknownNameGivesTheNearest() {
        IllegalArgumentException e =
                assertThrows(
                        IllegalArgumentException.class,
                        () -> ModelTable.get("swinv2_tiny_windw8_256"));
        assertTrue(e.getMessage().contains("swinv2_tiny_window8_256.ms_in1k"), e.getMessage());
    }
}
