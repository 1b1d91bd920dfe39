// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TrainConfigTest {

    @TempDir Path folder;

    private static String refusal(String key, String value) {
        return assertThrows(ConfigException.class, () -> TrainConfig.defaults().with(key, value))
                .getMessage();
    }

    private String refusal(String yaml) throws IOException {
        Path file = Files.writeString(folder.resolve("my.yaml"), yaml);
        ConfigException e =
                assertThrows(ConfigException.class, () -> TrainConfig.defaults().with(file));
        assertEquals(Optional.of(file), e.file());
        assertTrue(e.getMessage().contains("my.yaml"), e.getMessage());
        return e.getMessage();
    }

    /** Every key with another valid value than the default one. */
    static List<String> otherValues() {
        return List.of(
                "task=segment",
                "model.name=swin_tiny",
                "model.weights=/data/a: b #c.pth",
                "model.overrides.depths=[2, 2]",
                "data.path=12",
                "data.workers=7",
                "data.skip_broken=true",
                "augmentation.crop=padded",
                "augmentation.area=[0.08, 0.9]",
                "augmentation.aspect=[1, 1]",
                "augmentation.padding=2",
                "augmentation.flip=0",
                "augmentation.interpolation=random",
                "augmentation.policy=rand-m9-mstd0.5-inc1",
                "augmentation.color_jitter=[0.4, 0.4, 0.4, 0.1]",
                "augmentation.erasing.probability=0.25",
                "augmentation.erasing.mode=const",
                "augmentation.erasing.area=[0.1, 0.2]",
                "augmentation.erasing.aspect=[0.5, 2]",
                "augmentation.erasing.boxes=3",
                "augmentation.mixing.mixup=0.8",
                "augmentation.mixing.cutmix=1",
                "augmentation.mixing.cutmix_sides=[0.2, 0.8]",
                "augmentation.mixing.probability=0.9",
                "augmentation.mixing.switching=0.3",
                "augmentation.mixing.mode=pair",
                "augmentation.repeats=3",
                "training.epochs=300",
                "training.batch_size=128",
                "training.accumulate=8",
                "training.label_smoothing=0.05",
                "training.drop_path=0.2",
                "training.freeze=[backbone]",
                "training.skip_limit=3",
                "optimizer.name=sgd",
                "optimizer.lr=5e-4",
                "optimizer.reference_batch=512",
                "optimizer.weight_decay=0.1",
                "optimizer.betas=[0.8, 0.99]",
                "optimizer.eps=1e-7",
                "optimizer.momentum=0.8",
                "optimizer.nesterov=true",
                "optimizer.clip_norm=0",
                "optimizer.layer_decay=0.75",
                "optimizer.layer_rule=timm",
                "optimizer.rates.head=10",
                "optimizer.decay_rule=segmentation",
                "optimizer.state=bfloat16",
                "schedule.kind=multistep",
                "schedule.warmup_epochs=20",
                "schedule.warmup_lr=5e-7",
                "schedule.min_lr=0.1234567890123456789",
                "schedule.warmup_prefix=false",
                "schedule.decay_epochs=2.5",
                "schedule.milestones=[3, 4.5]",
                "schedule.decay_rate=0.5",
                "ema.decay=0.9999",
                "ema.warmup=true",
                "ema.after_epochs=20",
                "ema.every=32",
                "evaluation.every=5",
                "evaluation.batch_size=3",
                "checkpoints.every=4",
                "checkpoints.every_updates=50",
                "checkpoints.keep=9",
                "checkpoints.keep_best=3",
                "stopping.patience=7",
                "stopping.min_delta=0.001",
                "segmentation.channels=64",
                "segmentation.auxiliary_channels=32",
                "segmentation.dropout=0.2",
                "segmentation.auxiliary_weight=0.5",
                "segmentation.box=[512, 128]",
                "segmentation.scales=[0.8, 1.25]",
                "segmentation.crop=96",
                "segmentation.category_limit=0.9",
                "segmentation.photometric=false",
                "segmentation.updates_per_epoch=16000",
                "simmim.mask_cell=16",
                "simmim.mask_ratio=0.5",
                "simmim.target_window=47",
                "simmim.held_out=0.2",
                "log_every=100",
                "precision=bf16",
                "memory=block",
                "deterministic=true",
                "device=gpu:3",
                "threads=7",
                "seed=-9223372036854775808");
    }

    private static final List<String> MILESTONES = List.of("schedule.milestones=[1]");

    /** The defaults, and what a setting cannot do without. */
    private static TrainConfig needed(String setting) {
        return switch (setting) {
            case "optimizer.nesterov=true" ->
                    TrainConfig.defaults().with(List.of("optimizer.name=sgd"));
            case "schedule.kind=multistep" -> TrainConfig.defaults().with(MILESTONES);
            default -> TrainConfig.defaults();
        };
    }

    @Test
    void whatOnlyClassificationDoesIsRefusedForSegmentation() {
        for (String setting :
                List.of(
                        "augmentation.crop=padded",
                        "augmentation.policy=trivial",
                        "augmentation.erasing.probability=0.1",
                        "augmentation.mixing.mixup=0.2",
                        "augmentation.repeats=2",
                        "training.label_smoothing=0.1")) {
            ConfigException refused =
                    assertThrows(
                            ConfigException.class,
                            () -> TrainConfig.defaults().with(List.of("task=segment", setting)));
            assertTrue(refused.getMessage().contains("no effect with task segment"), setting);
        }
    }

    @Test
    void whatHasNoEffectIsRefusedForPretraining() {
        for (String setting :
                List.of(
                        "optimizer.layer_decay=0.9",
                        "augmentation.erasing.probability=0.1",
                        "augmentation.mixing.mixup=0.2",
                        "augmentation.repeats=2",
                        "training.label_smoothing=0.1")) {
            ConfigException refused =
                    assertThrows(
                            ConfigException.class,
                            () -> TrainConfig.defaults().with(List.of("task=simmim", setting)));
            assertTrue(refused.getMessage().contains("no effect with task simmim"), setting);
        }
        TrainConfig.defaults().with(List.of("task=simmim", "augmentation.crop=padded"));
        assertTrue(refusal("simmim.target_window", "46").contains("odd"));
        assertTrue(refusal("simmim.mask_ratio", "0").contains("simmim.mask_ratio"));
    }

    @Test
    void everyKeyCanBeSetAndSurvivesTheRoundTrip() throws IOException {
        List<String> keys = new ArrayList<>();
        TrainConfig all = TrainConfig.defaults();
        for (String setting : otherValues()) {
            TrainConfig one = needed(setting).with(List.of(setting));
            assertNotEquals(TrainConfig.defaults(), one, setting);
            keys.add(setting.substring(0, setting.indexOf('=')));
            all = all.with(setting.equals("schedule.kind=multistep") ? MILESTONES : List.of());
            if (!setting.equals("task=segment")) { // which most of the others contradict
                all = all.with(List.of(setting));
            }
        }
        List<String> known = new ArrayList<>();
        leaves("", ConfigTree.write(all), known);
        assertEquals(known, keys);

        Path file = Files.writeString(folder.resolve("config.yaml"), all.toYaml());
        TrainConfig read = TrainConfig.defaults().with(file);
        assertEquals(all, read);
        assertEquals(all.toYaml(), read.toYaml());
        assertEquals("12", read.data().path());
        assertEquals(Optional.of("/data/a: b #c.pth"), read.model().weights());
        assertEquals(Map.of("depths", List.of(2, 2)), read.model().overrides());
        assertEquals(List.of(0.8, 0.99), read.optimizer().betas());
        assertEquals(PrecisionChoice.BF16, read.precision());
    }

    private static void leaves(String prefix, Map<?, ?> tree, List<String> keys) {
        tree.forEach(
                (key, value) -> {
                    if (value instanceof Map<?, ?> nested) {
                        leaves(prefix + key + ".", nested, keys);
                    } else {
                        keys.add(prefix + key);
                    }
                });
    }

    @Test
    void defaultsSurviveTheRoundTrip() throws IOException {
        TrainConfig defaults = TrainConfig.defaults();
        Path file = Files.writeString(folder.resolve("config.yaml"), defaults.toYaml());
        assertEquals(defaults, defaults.with("training.epochs", "7").with(file));
    }

    @Test
    void aFileChangesOnlyItsKeys() throws IOException {
        Path file = folder.resolve("some.yaml");
        Files.writeString(file, "optimizer: {lr: 1e-2}\nseed: 3 # three\n");
        TrainConfig expected = TrainConfig.defaults().with(List.of("optimizer.lr=0.01", "seed=3"));
        assertEquals(expected, TrainConfig.defaults().with(file));
        Files.writeString(file, "");
        assertEquals(TrainConfig.defaults(), TrainConfig.defaults().with(file));
    }

    @Test
    void aNullTakesAnOptionalValueBack() {
        TrainConfig config = TrainConfig.defaults().with("model.weights", "pretrained");
        assertEquals(Optional.empty(), config.with("model.weights", "null").model().weights());
        config = config.with("model.overrides.window", "8");
        assertEquals(Map.of("window", 8), config.model().overrides());
        assertEquals(Map.of(), config.with("model.overrides.window", "null").model().overrides());
        assertEquals(
                TrainConfig.defaults().model().name(), config.withoutOverrides().model().name());
        assertEquals(Map.of(), config.withoutOverrides().model().overrides());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "training.batch_size | 0 | found 0, expected at least 1",
                "training.batch_size | 2.5 | expected a whole number",
                "training.batch_size | many | found 'many', expected a whole number",
                "training.batch_size | 3000000000 | whole number of 32 bits",
                "training.batch_size | null | found nothing",
                "training.label_smoothing | 1.5 | at least 0 and at most 1",
                "training.drop_path | -0.1 | at least 0 and at most 0.99",
                "optimizer.momentum | 1 | at least 0 and below 1",
                "optimizer.clip_norm | -1 | expected at least 0",
                "simmim.mask_ratio | 0 | above 0 and at most 1",
                "optimizer.lr | 0 | above 0",
                "optimizer.lr | .nan | finite",
                "optimizer.lr | .inf | finite",
                "optimizer.lr | true | expected a number",
                "optimizer.betas | [0.9] | found 1 numbers, expected 2",
                "optimizer.betas | 0.9 | expected a list",
                "optimizer.betas | [0.9, x] | optimizer.betas.1: found 'x'",
                "optimizer.betas | [0.9, 1.0] | optimizer.betas.1",
                "optimizer | 3 | expected a mapping with the keys name, lr, reference_batch",
                "optimizer.name | adam | one of adamw, sgd",
                "optimizer.nesterov | true | needs the rule sgd",
                "optimizer.momentum | 1 | optimizer.momentum",
                "optimizer.layer_decay | 0 | optimizer.layer_decay",
                "optimizer.layer_rule | beit | one of official, timm",
                "optimizer.rates | {head: fast} | optimizer.rates.head: found 'fast'",
                "optimizer.rates | {head: 0} | above 0",
                "optimizer.state | float16 | one of float32, bfloat16, host",
                "schedule.kind | multistep | schedule.milestones: is empty",
                "schedule.milestones | [3, 2] | schedule.milestones.1: found 2.0, expected at least 3",
                "schedule.decay_epochs | 0 | above 0",
                "ema.decay | 1 | ema.decay",
                "ema.every | 0 | at least 1",
                "training.skip_limit | 0 | at least 1",
                "training.freeze | backbone | expected a list",
                "augmentation.area | [0.9, 0.1] | the smaller one first",
                "augmentation.area | [0, 1] | augmentation.area.0",
                "augmentation.crop | random | one of random_resized, padded, none",
                "augmentation.policy | rand-m9-mst0.5 | 'mst0.5' is unknown; did you mean mstd0.5?",
                "augmentation.policy | random | expected none, trivial, rand-",
                "augmentation.color_jitter | [0.4] | expected 4: brightness",
                "augmentation.color_jitter | [0, 0, 0, 0.6] | from 0 to 0.5",
                "augmentation.erasing.mode | noise | one of const, rand, pixel",
                "augmentation.erasing.area | [0.1, 1.1] | augmentation.erasing.area.1",
                "augmentation.erasing.boxes | 0 | at least 1",
                "augmentation.mixing.mode | half | one of batch, pair, elem",
                "augmentation.mixing.cutmix_sides | [0.5] | two numbers",
                "augmentation.repeats | 0 | at least 1",
                "precision | fp8 | one of auto, fp32, bf16, fp16",
                "memory | little | one of auto, plain, stage, block, sequential",
                "device | cuda | auto, cpu, gpu or gpu:N",
                "data.path | '' | is empty",
                "optimizer.lrr | 1 | optimizer.lrr: unknown key; did you mean lr?",
                "optimiser.lr | 1 | optimiser: unknown key; did you mean optimizer?",
                "training.batchsize | 1 | did you mean batch_size?",
                "zzz | 1 | known keys are task, model, data, augmentation",
                "optimizer.lr.x | 1 | expected a number",
                "seed | [ | no valid YAML",
            })
    void refusesABadSetting(String key, String value, String words) {
        String message = refusal(key, value);
        assertTrue(message.contains(words), message);
        assertTrue(message.contains(key.split("\\.")[0]), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "classify | simmim.mask_ratio | optimizer.layer_decay",
                "classify | segmentation | evaluation.batch_size",
                "segment | evaluation.batch_size | evaluation.every",
                "segment | augmentation.mixing.mixup | augmentation.flip",
                "segment | simmim.mask_cell | segmentation.crop",
                "simmim | segmentation.crop | simmim.mask_cell",
                "simmim | optimizer.layer_rule | evaluation.batch_size",
            })
    void keysThatATaskDoesNotLookAtAreToldApart(String task, String without, String with) {
        TrainConfig config = TrainConfig.defaults().with("task", task);
        config.requireEffect(with);
        String message =
                assertThrows(ConfigException.class, () -> config.requireEffect(without))
                        .getMessage();
        assertTrue(message.startsWith(without + ": has no effect with task " + task), message);
    }

    @Test
    void mixingNeedsPairs() {
        List<String> settings = List.of("training.batch_size=7", "augmentation.mixing.mixup=0.8");
        String message =
                assertThrows(ConfigException.class, () -> TrainConfig.defaults().with(settings))
                        .getMessage();
        assertTrue(message.contains("training.batch_size: found 7, expected an even"), message);
        List<String> sides =
                List.of("augmentation.mixing.mixup=1", "augmentation.mixing.cutmix_sides=[0, 1]");
        message =
                assertThrows(ConfigException.class, () -> TrainConfig.defaults().with(sides))
                        .getMessage();
        assertTrue(message.contains("has no effect while cutmix is 0"), message);
    }

    @Test
    void refusesASettingWithoutValue() {
        String message =
                assertThrows(
                                ConfigException.class,
                                () -> TrainConfig.defaults().with(List.of("seed")))
                        .getMessage();
        assertTrue(message.contains("'seed'") && message.contains("key=value"), message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "seed: 1\\nseed: 2 | duplicate",
                "- 1 | mapping",
                "seed: !!java.net.URL [http://x] | YAML",
                "seed: !!javax.script.ScriptEngineManager {} | YAML",
                "a: &a [1]\\nb: *a | aliases",
                "seed: [1 | YAML",
                "optimizer: null | expected a mapping",
                "optimizer: {lr: fast} | optimizer.lr: found 'fast', expected a number",
                "3: 4 | unknown key",
                "seed: 1\\n---\\nseed: 2 | YAML",
            })
    void refusesABadFile(String yaml, String words) throws IOException {
        String message = refusal(yaml.replace("\\n", "\n"));
        assertTrue(message.contains(words), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void refusesDeepNestingQuickly(String opening) {
        assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> assertTrue(refusal(opening.repeat(200_000)).contains("my.yaml")));
    }

    @Test
    void refusesAFileThatIsNoText() throws IOException {
        Path file = Files.write(folder.resolve("bad.yaml"), new byte[] {(byte) 0xe4, (byte) 0xff});
        assertTrue(
                assertThrows(ConfigException.class, () -> TrainConfig.defaults().with(file))
                        .getMessage()
                        .contains("UTF-8"));
        assertThrows(
                NoSuchFileException.class,
                () -> TrainConfig.defaults().with(folder.resolve("none.yaml")));
    }
}
