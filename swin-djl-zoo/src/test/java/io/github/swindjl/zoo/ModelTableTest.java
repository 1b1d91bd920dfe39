// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTableTest {

    /** Multiply-adds as the official code's own counter gives them. */
    @ParameterizedTest
    @CsvSource({
        "swin_tiny_patch4_window7_224.ms_in1k, 28288354, 4494405120",
        "swin_tiny_patch4_window7_224.ms_in22k, 44315083, 4510411008",
        "swin_tiny_c24_patch4_window8_256.ms_in1k, 28306432, 5926041600",
        "swinv2_base_window12to14_192to224.simmim_1k_500k_ft_in1k, 87918816, 16323226624",
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
            assertEquals(entry.classes().size(), entry.description().labels().size());
            assertTrue(entry.multiplyAdds() > 0, entry.name());
            assertFalse(entry.licence().isBlank(), entry.name());
            assertEquals(published(entry), !entry.files().isEmpty(), entry.name());
            assertEquals(entry.top1() != null, evaluated(entry), entry.name());
            assertTrue(entry.dropPath() >= 0 && entry.dropPath() < 1, entry.name());
            for (WeightsFile file : entry.files()) {
                assertEquals("https", file.address().getScheme(), entry.name());
                assertTrue(file.name().matches("\\w[-\\w]*\\.(pth|bin|safetensors)"), file.name());
            }
        }
    }

    private static boolean published(ModelEntry entry) {
        return entry.source() != Source.NONE && entry.source() != Source.SWIN_DJL;
    }

    private static boolean evaluated(ModelEntry entry) {
        return entry.classes() == ClassSet.IMAGENET_1K && published(entry);
    }

    @Test
    void everyPublishedCheckpointIsThere() {
        assertEquals(5, count("swin_\\w+\\.ms_in1k"));
        assertEquals(6, count("swin_\\w+\\.ms_in22k"));
        assertEquals(6, count("swin_\\w+\\.ms_in22k_ft_in1k"));
        assertEquals(6, count("swinv2_\\w+\\.ms_in1k"));
        assertEquals(2, count("swinv2_\\w+\\.ms_in22k"));
        assertEquals(4, count("swinv2_\\w+\\.ms_in22k_ft_in1k"));
        assertEquals(3, count("swin_\\w+\\.simmim_in1k_\\d+e"));
        assertEquals(4, count("swin_\\w+\\.simmim_in1k_\\d+e_ft_in1k"));
        assertEquals(63, count("swinv2_\\w+\\.simmim_\\w+(?<!_ft_in1k)"));
        assertEquals(63, count("swinv2_\\w+\\.simmim_\\w+_ft_in1k"));
        assertEquals(6, count("swin(_v2)?_[tsb]\\.tv_in1k"));
    }

    private static long count(String name) {
        return ModelTable.all().stream().filter(entry -> entry.name().matches(name)).count();
    }

    @Test
    void namesAndAliasesAreUnique() {
        Set<String> names = new HashSet<>();
        for (ModelEntry entry : ModelTable.all()) {
            assertTrue(names.add(entry.name()), entry.name());
            for (String alias : entry.aliases()) {
                assertTrue(names.add(alias), alias);
                assertSame(entry, ModelTable.get(alias));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "swin_tiny_patch4_window7_224.pth, swin_tiny_patch4_window7_224.ms_in1k",
        "swin_base_patch4_window7_224.pth, swin_base_patch4_window7_224.ms_in1k",
        "swin_base_patch4_window7_224, swin_base_patch4_window7_224.ms_in22k_ft_in1k",
        "swin_base_patch4_window7_224_22k, swin_base_patch4_window7_224.ms_in22k",
        "swin_base_patch4_window7_224_in22k, swin_base_patch4_window7_224.ms_in22k",
        "microsoft/swin-large-patch4-window12-384,"
                + " swin_large_patch4_window12_384.ms_in22k_ft_in1k",
        "swinv2_tiny_patch4_window8_256, swinv2_tiny_window8_256.ms_in1k",
        "swinv2_base_window12to16_192to256_22kft1k,"
                + " swinv2_base_window12to16_192to256.ms_in22k_ft_in1k",
        "microsoft/swinv2-base-patch4-window12to24-192to384-22kto1k-ft,"
                + " swinv2_base_window12to24_192to384.ms_in22k_ft_in1k",
        "swin_v2_t, swin_v2_t.tv_in1k",
        "swin_s-5e29d889.pth, swin_s.tv_in1k",
        "swin_tiny_c24_patch4_window8_256, swin_tiny_c24_patch4_window8_256.ms_in1k",
        "microsoft/swin-base-simmim-window6-192, swin_base_patch4_window6_192.simmim_in1k_100e",
        "finetune_swinv2_large_22k_500k.pth,"
                + " swinv2_large_window12to14_192to224.simmim_22k_500k_ft_in1k"
    })
    void aliasesLeadToTheirModel(String alias, String name) {
        assertEquals(name, ModelTable.get(alias).name());
    }

    /** The rule behind the addresses of all 126 files. */
    @Test
    void simmimFilesFollowTheirRule() {
        Pattern name =
                Pattern.compile(
                        "swinv2_(small|base|large|huge|giant)_window12(to14)?_192(to224)?"
                                + "\\.simmim_(1kper10|1kper20|1kper50|1k|22k)_(125k|250k|500k)"
                                + "(_ft_in1k)?");
        int found = 0;
        for (ModelEntry entry : ModelTable.all()) {
            Matcher parts = name.matcher(entry.name());
            if (!parts.matches()) {
                continue;
            }
            found++;
            boolean tuned = parts.group(6) != null;
            String file =
                    (tuned ? "finetune_" : "")
                            + String.join(
                                    "_", "swinv2", parts.group(1), parts.group(4), parts.group(5))
                            + ".pth";
            assertEquals(
                    "https://huggingface.co/zdaxie/SimMIM/resolve/main/simmim_swinv2_"
                            + (tuned ? "finetune" : "pretrain")
                            + "_models/"
                            + file,
                    entry.files().get(0).address().toString());
            assertEquals(tuned ? 224 : 192, entry.imageSize());
            assertEquals(tuned ? 14 : 12, entry.window());
            assertEquals(tuned ? List.of(12, 12, 12, 6) : null, entry.referenceWindows());
            assertEquals(tuned ? ClassSet.IMAGENET_1K : ClassSet.NONE, entry.classes());
        }
        assertEquals(126, found);
    }

    /** Millions of parameters of the backbone, as published. */
    @ParameterizedTest
    @CsvSource({
        "swinv2_small_window12_192.simmim_1k_125k, 49",
        "swinv2_base_window12_192.simmim_1k_125k, 87",
        "swinv2_large_window12_192.simmim_1k_125k, 195",
        "swinv2_huge_window12_192.simmim_1k_125k, 655",
        "swinv2_giant_window12_192.simmim_1k_125k, 1061"
    })
    void simmimBackbonesHaveTheirSize(String name, double millions) {
        assertEquals(millions, ModelTable.get(name).parameters() / 1e6, 0.6);
    }

    @Test
    void torchvisionsHashIsPartOfTheName() {
        for (ModelEntry entry : ModelTable.all()) {
            for (WeightsFile file : entry.files()) {
                assertEquals(entry.source() == Source.TORCHVISION, file.sha256() != null);
                if (file.sha256() != null) {
                    assertEquals(8, file.sha256().length());
                    assertTrue(file.name().endsWith("-" + file.sha256() + ".pth"), file.name());
                }
            }
        }
    }

    @Test
    void descriptionsNameTheClasses() {
        assertEquals(1000, ModelTable.get("swin_t").description().labels().size());
        assertEquals(
                List.of(),
                ModelTable.get("swinv2_base_window12_192.simmim_1k_125k").description().labels());
        assertEquals("class 11", ModelTable.get("mini").description().labels().get(11));
        ModelDescription large =
                ModelTable.get("swin_large_patch4_window7_224.ms_in22k").description();
        assertEquals(21841, large.labels().size());
        assertEquals("organism, being", large.labels().get(0));
    }

    @Test
    void aNameWithoutItsTrainingMeansTheFirst() {
        assertEquals(
                "swinv2_base_window12_192.ms_in22k",
                ModelTable.get("swinv2_base_window12_192").name());
        assertEquals(
                "swin_tiny_patch4_window7_224.ms_in1k",
                ModelTable.get("swin_tiny_patch4_window7_224").name());
    }

    @ParameterizedTest
    @CsvSource({
        "swinv2_tiny_windw8_256, swinv2_tiny_window8_256.ms_in1k",
        "swinv2_tinny_window8_256, swinv2_tiny_window8_256.ms_in1k",
        "swin_v2_tiny, swin_v2_t.tv_in1k",
        "microsoft/swin-small-patch4-window7-244, swin_small_patch4_window7_224.ms_in1k",
        "swin_base_patch4_window12_284.pth, swin_base_patch4_window12_384.ms_in1k"
    })
    void unknownNameGivesTheNearest(String unknown, String nearest) {
        String message =
                assertThrows(IllegalArgumentException.class, () -> ModelTable.get(unknown))
                        .getMessage();
        assertTrue(message.contains("Did you mean " + nearest), message);
        assertTrue(message.contains("ModelTable.all()"), message);
        assertTrue(message.contains("Unknown model '" + unknown), message);
    }

    @Test
    void patternsFindModels() {
        assertEquals(
                ModelTable.all().stream().filter(e -> e.name().startsWith("swinv2_")).toList(),
                ModelTable.matching("swinv2_*"));
        assertEquals(
                List.of("swin_v2_t.tv_in1k", "swin_v2_s.tv_in1k", "swin_v2_b.tv_in1k"),
                names(ModelTable.matching("swin_v2_?")));
        assertEquals(
                List.of(
                        "swin_tiny_patch4_window7_224.ms_in1k",
                        "swin_tiny_c24_patch4_window8_256.ms_in1k"),
                names(ModelTable.matching("swin_tiny*.ms_in1k")));
        assertEquals(List.of(), ModelTable.matching("SWIN*"));
        assertEquals(List.of(), ModelTable.matching("swin_t.*x"));
        assertEquals(List.of(), ModelTable.matching("swin(_v2)*"));
    }

    private static List<String> names(List<ModelEntry> entries) {
        return entries.stream().map(ModelEntry::name).toList();
    }
}
