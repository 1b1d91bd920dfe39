// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.train.RateScaling;
import io.github.swindjl.train.Schedule;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RecipeTest {

    @TempDir Path folder;

    static List<String> names() {
        return Recipe.all().stream().map(Recipe::name).toList();
    }

    private static TrainConfig config(String name) {
        return Recipe.find(name).orElseThrow().applyTo(TrainConfig.defaults());
    }

    @Test
    void everyFileIsListed() throws URISyntaxException {
        URL index = Recipe.class.getResource("recipes/index.txt");
        File[] files = new File(index.toURI()).getParentFile().listFiles();
        Set<String> expected = new HashSet<>(List.of("index.txt"));
        names().forEach(name -> expected.add(name + ".yaml"));
        assertEquals(expected, new HashSet<>(Arrays.stream(files).map(File::getName).toList()));
        assertEquals(names().size(), new HashSet<>(names()).size());
    }

    @ParameterizedTest
    @MethodSource("names")
    void isAWholeConfigurationThatReproducesItself(String name) throws IOException {
        Recipe recipe = Recipe.find(name).orElseThrow();
        assertTrue(recipe.purpose().length() > 20 && recipe.purpose().length() < 100, name);
        assertFalse(recipe.source().isBlank(), name);
        TrainConfig config = config(name);
        SwinConfig network = config.network();
        assertEquals(config.training().dropPath(), network.dropPath(), 1e-12);
        assertTrue(Schedule.of(config, 100).at(1) > 0);
        Path file = Files.writeString(folder.resolve("resolved.yaml"), config.toYaml());
        assertEquals(config, TrainConfig.defaults().with(file));
    }

    /** Values at the reference batch, as the official configurations and torchvision have them. */
    @ParameterizedTest
    @CsvSource({
        // recipe, batch, peak, warm-up start, least, epochs, warm-up, decay, drop path, side,
        // window
        "swin_tiny_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.2, 224, 7",
        "swin_small_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.3, 224, 7",
        "swin_base_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.5, 224, 7",
        "swinv2_tiny_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.2, 256, 8",
        "swinv2_small_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.3, 256, 8",
        "swinv2_base_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.5, 256, 8",
        "swinv2_tiny_window16_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.2, 256, 16",
        "swinv2_small_window16_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.3, 256, 16",
        "swinv2_base_window16_1k, 1024, 1e-3, 1e-6, 1e-5, 300, 20, 0.05, 0.5, 256, 16",
        "swin_tiny_22k, 4096, 1e-3, 1e-6, 1e-5, 90, 5, 0.05, 0.1, 224, 7",
        "swin_small_22k, 4096, 1e-3, 1e-6, 1e-5, 90, 5, 0.05, 0.2, 224, 7",
        "swin_base_22k, 4096, 1e-3, 1e-6, 1e-5, 90, 5, 0.05, 0.2, 224, 7",
        "swin_large_22k, 4096, 1e-3, 1e-6, 1e-5, 90, 5, 0.05, 0.2, 224, 7",
        "swinv2_base_22k, 4096, 1e-3, 1e-6, 1e-5, 90, 5, 0.1, 0.2, 192, 12",
        "swinv2_large_22k, 4096, 1e-3, 1e-6, 1e-5, 90, 5, 0.1, 0.2, 192, 12",
        "swin_tiny_22k_to_1k, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.1, 224, 7",
        "swin_small_22k_to_1k, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 224, 7",
        "swin_base_22k_to_1k, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 224, 7",
        "swin_large_22k_to_1k, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 224, 7",
        "swin_base_22k_to_1k_384, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 384, 12",
        "swin_large_22k_to_1k_384, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 384, 12",
        "swinv2_base_22k_to_1k, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 256, 16",
        "swinv2_base_22k_to_1k_384, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 384, 24",
        "swinv2_large_22k_to_1k, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 256, 16",
        "swinv2_large_22k_to_1k_384, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.2, 384, 24",
        "swin_base_384, 1024, 4e-5, 4e-8, 4e-7, 30, 5, 1e-8, 0.5, 384, 12",
        "simmim_finetune_swin_base, 2048, 5e-3, 1e-6, 1e-6, 100, 20, 0.05, 0.1, 224, 7",
        "simmim_finetune_swin_base_100ep, 2048, 5e-3, 1e-6, 1e-6, 100, 20, 0.05, 0.1, 192, 6",
        "simmim_finetune_swin_large, 2048, 5e-3, 1e-6, 1e-6, 100, 20, 0.05, 0.2, 224, 14",
        "simmim_finetune_swinv2_base, 2048, 5e-3, 1e-6, 1e-6, 100, 20, 0.05, 0.1, 224, 14",
        "torchvision_swin_t, 1024, 1e-3, 1e-5, 1e-5, 300, 20, 0.05, 0.2, 224, 7",
        "torchvision_swin_s, 1024, 1e-3, 1e-5, 1e-5, 300, 20, 0.05, 0.3, 224, 7",
        "torchvision_swin_b, 1024, 1e-3, 1e-5, 1e-5, 300, 20, 0.05, 0.5, 224, 7",
        "torchvision_swin_v2_t, 1024, 1e-3, 1e-5, 1e-5, 300, 20, 0.05, 0.2, 256, 8",
        "torchvision_swin_v2_s, 1024, 1e-3, 1e-5, 1e-5, 300, 20, 0.05, 0.3, 256, 8",
        "torchvision_swin_v2_b, 1024, 1e-3, 1e-5, 1e-5, 300, 20, 0.05, 0.5, 256, 8",
    })
    void hasThePublishedNumbers(
            String name,
            long batch,
            double peak,
            double start,
            double least,
            int epochs,
            int warmup,
            double weightDecay,
            double dropPath,
            int side,
            int window) {
        TrainConfig config = config(name);
        assertEquals(batch, RateScaling.of(config).effectiveBatch());
        Schedule schedule = Schedule.of(config, 100);
        assertEquals(peak, schedule.peak(), 1e-12);
        assertEquals(start, schedule.at(0), 1e-15);
        assertEquals(least, schedule.at(100L * epochs), 1e-15);
        assertEquals(epochs, config.training().epochs());
        assertEquals(100L * warmup, schedule.warmup());
        assertEquals(weightDecay, config.optimizer().weightDecay());
        assertEquals(dropPath, config.training().dropPath());
        assertEquals(List.of(0.9, 0.999), config.optimizer().betas());
        assertEquals(5, config.optimizer().clipNorm());
        assertEquals(0.1, config.training().labelSmoothing());
        assertEquals(0.8, config.augmentation().mixing().mixup());
        assertEquals(1, config.augmentation().mixing().cutmix());
        assertEquals(0.25, config.augmentation().erasing().probability());
        assertEquals(List.of(0.08, 1.0), config.augmentation().area());
        boolean torchvision = name.startsWith("torchvision");
        assertEquals(
                torchvision ? "trivial" : "rand-m9-mstd0.5-inc1", config.augmentation().policy());
        assertEquals(torchvision ? 4 : 1, config.augmentation().repeats());
        assertEquals(torchvision, config.ema().decay() > 0);
        assertEquals(side, config.network().imageHeight());
        assertEquals(side, config.network().imageWidth());
        assertEquals(window, config.network().window());
        boolean tunes = name.contains("_to_") || name.contains("384") || name.contains("tune");
        assertEquals(
                tunes ? Optional.of("pretrained") : Optional.empty(), config.model().weights());
    }

    /** Values at the reference batch, as the official configurations and SimMIM's have them. */
    @ParameterizedTest
    @CsvSource({
        // recipe, peak, warm-up start, least at the end, epochs, drop path, window, target
        "simmim_pretrain_swin_base, 4e-4, 2e-6, 4e-5, 800, 0, 6, 0",
        "simmim_pretrain_swin_base_100ep, 8e-4, 4e-6, 4e-5, 100, 0, 6, 0",
        "simmim_pretrain_swin_large, 4e-4, 2e-6, 4e-5, 800, 0, 12, 0",
        "simmim_pretrain_swinv2_base, 4e-4, 2e-6, 4e-5, 800, 0.1, 12, 47",
    })
    void pretrainingHasThePublishedNumbers(
            String name,
            double peak,
            double start,
            double last,
            int epochs,
            double dropPath,
            int window,
            int target) {
        TrainConfig config = config(name);
        assertEquals(TrainConfig.Task.SIMMIM, config.task());
        assertEquals(2048, RateScaling.of(config).effectiveBatch());
        Schedule schedule = Schedule.of(config, 100);
        assertEquals(peak, schedule.peak(), 1e-12);
        assertEquals(start, schedule.at(0), 1e-15);
        assertEquals(last, schedule.at(100L * epochs), 1e-15);
        assertEquals(epochs, config.training().epochs());
        assertEquals(1000, schedule.warmup());
        assertEquals(0.05, config.optimizer().weightDecay());
        assertEquals(List.of(0.9, 0.999), config.optimizer().betas());
        assertEquals(5, config.optimizer().clipNorm());
        assertEquals(DecayRule.SIMMIM, config.optimizer().decayRule());
        assertEquals(dropPath, config.training().dropPath());
        assertEquals(List.of(0.67, 1.0), config.augmentation().area());
        assertEquals(192, config.network().imageHeight());
        assertEquals(window, config.network().window());
        assertEquals(32, config.simmim().maskCell());
        assertEquals(22, config.simmim().masks(config.network()).hiddenCells());
        assertEquals(target, config.simmim().targetWindow());
        if (epochs == 800) {
            assertEquals(peak, schedule.at(69_999), 1e-15);
            assertEquals(peak / 10, schedule.at(70_000), 1e-15);
        }
    }

    @Test
    void layerDecayIsThatOfTheOfficialFineTuning() {
        assertEquals(0.8, config("simmim_finetune_swin_base").optimizer().layerDecay());
        assertEquals(0.75, config("simmim_finetune_swinv2_base").optimizer().layerDecay());
        assertEquals(0.9, config("simmim_finetune_swin_base_100ep").optimizer().layerDecay());
        assertEquals(0.7, config("simmim_finetune_swin_large").optimizer().layerDecay());
        assertEquals(1, config("swin_base_1k").optimizer().layerDecay());
        assertEquals(List.of("backbone"), config("finetune_head").training().freeze());
    }

    @Test
    void namesAreFoundAndGuessed() {
        assertEquals(Optional.empty(), Recipe.find("swin_tny_1k"));
        assertEquals(Optional.of("swin_tiny_1k"), Recipe.nearest("swin_tny_1k"));
        names().forEach(name -> assertTrue(name.equals(name.toLowerCase(Locale.ROOT))));
    }
}
