// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import io.github.swindjl.zoo.weights.Safetensors;
import io.github.swindjl.zoo.weights.SafetensorsWriter;
import io.github.swindjl.zoo.weights.StateSource;
import io.github.swindjl.zoo.weights.TensorContent;
import io.github.swindjl.zoo.weights.TensorInfo;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConvertCommandTest {

    @TempDir private static Path shared;
    private static Path checkpoint;

    @TempDir private Path folder;

    private final TestConsole console = new TestConsole();

    @BeforeAll
    static void writeCheckpoint() throws IOException {
        checkpoint =
                TestModels.write(shared.resolve("checkpoint"), 3, List.of("disc", "star", "ring"));
    }

    private int convert(Path source, String name, String... more) {
        return convert(console, source, name, more);
    }

    private int convert(TestConsole console, Path source, String name, String... more) {
        String[] all = new String[more.length + 3];
        all[0] = "convert";
        all[1] = source.toString();
        all[2] = folder.resolve(name).toString();
        System.arraycopy(more, 0, all, 3, more.length);
        return console.run(all);
    }

    @Test
    void thereAndBackIsBitForBit() throws IOException {
        Path before = checkpoint;
        for (String dialect : List.of("timm", "huggingface", "torchvision", "microsoft")) {
            String name = dialect + ".safetensors";
            TestConsole one = new TestConsole();
            assertEquals(ExitCode.OK, convert(one, before, name, "--to", dialect), one.err());
            assertTrue(one.err().contains("backbone 100.0 %"), one.err());
            before = asCheckpoint(name);
        }
        try (StateSource first = Safetensors.open(checkpoint.resolve(SwinModel.WEIGHTS_FILE));
                StateSource last = Safetensors.open(folder.resolve("microsoft.safetensors"))) {
            assertTrue(
                    last.tensors().containsKey("layers.1.blocks.1.attn.relative_position_index"));
            for (String tensor : first.tensors().keySet()) {
                assertEquals(first.bytes(tensor), last.bytes(tensor), tensor);
            }
        }
    }

    private Path describedFolder(String name) throws IOException {
        Path described = Files.createDirectory(folder.resolve(name));
        Files.copy(
                checkpoint.resolve(ModelDescription.FILE),
                described.resolve(ModelDescription.FILE));
        return described;
    }

    /** Puts a converted file where a checkpoint has its weights, beside its description. */
    private Path asCheckpoint(String name) throws IOException {
        Path copy = describedFolder(name + ".d");
        Files.copy(folder.resolve(name), copy.resolve(SwinModel.WEIGHTS_FILE));
        return copy;
    }

    @Test
    void tellsWhatItWrote() throws IOException {
        assertEquals(ExitCode.OK, convert(checkpoint, "out.safetensors", "--to", "timm"));
        assertTrue(console.out().contains("classes  3"), console.out());
        assertTrue(console.out().contains("dialect  timm"), console.out());
        assertTrue(console.err().contains("Microsoft names"), console.err());
        assertFalse(console.err().contains("renamed layers"), console.err());

        TestConsole verbose = new TestConsole();
        assertEquals(
                ExitCode.OK,
                convert(
                        verbose,
                        asCheckpoint("out.safetensors"),
                        "again.safetensors",
                        "--verbose",
                        "--to",
                        "microsoft"));
        assertTrue(verbose.err().contains("renamed head.fc.bias to head.bias"), verbose.err());
    }

    @Test
    void jsonHasTheWholeReport() {
        assertEquals(
                ExitCode.OK,
                convert(checkpoint, "out.safetensors", "--to", "huggingface", "--format", "json"));
        JsonObject json = JsonParser.parseString(console.out()).getAsJsonObject();
        assertEquals("HUGGING_FACE", json.get("dialect").getAsString());
        assertEquals(3, json.get("classes").getAsInt());
        JsonObject report = json.getAsJsonObject("report");
        assertEquals("MICROSOFT", report.get("dialect").getAsString());
        assertTrue(report.get("complete").getAsBoolean());
        assertEquals(report.get("parameters").getAsInt(), report.getAsJsonArray("loaded").size());
    }

    @Test
    void averagedWeightsArePreferredUnlessUnwanted() throws IOException {
        Path both = describedFolder("both").resolve(SwinModel.WEIGHTS_FILE);
        try (StateSource state = Safetensors.open(checkpoint.resolve(SwinModel.WEIGHTS_FILE))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (TensorInfo info : state.tensors().values()) {
                TensorContent content = TensorContent.from(state, info.name());
                for (String wrapper : List.of("model.", "model_ema.")) {
                    writer.add(wrapper + info.name(), info.type(), info.shape(), content);
                }
            }
            writer.write(both);
        }
        assertEquals(ExitCode.OK, convert(both.getParent(), "a.safetensors", "--to", "timm"));
        assertTrue(console.err().contains("below model_ema."), console.err());
        TestConsole last = new TestConsole();
        assertEquals(
                ExitCode.OK,
                convert(last, both.getParent(), "b.safetensors", "--to", "timm", "--no-ema"));
        assertTrue(last.err().contains("below model.,"), last.err());
    }

    @Test
    void refusesWhatItCannotDo() throws IOException {
        String other = "swin_tiny_patch4_window7_224";
        refused(ExitCode.USAGE, "--to", "x.safetensors");
        refused(ExitCode.USAGE, "keras", "x.safetensors", "--to", "keras");
        refused(
                ExitCode.USAGE,
                "Unknown model 'swim'",
                "x.safetensors",
                "--model",
                "swim",
                "--to",
                "timm");
        refused(
                ExitCode.BAD_INPUT,
                "of the backbone",
                "x.safetensors",
                "--model",
                other,
                "--to",
                "timm");
        refused(ExitCode.BAD_INPUT, "a folder that exists", "none/x.safetensors", "--to", "timm");
        Files.writeString(folder.resolve("there"), "mine");
        refused(ExitCode.BAD_INPUT, "exists already", "there", "--to", "timm");
        assertEquals("mine", Files.readString(folder.resolve("there")));
        try (var files = Files.list(folder)) {
            assertEquals(Set.of("there"), Set.copyOf(files.map(this::name).toList()));
        }
        assertEquals(
                ExitCode.OK,
                convert(checkpoint, "there", "--to", "timm", "--force"),
                console.err());
    }

    private String name(Path file) {
        return file.getFileName().toString();
    }

    @Test
    void helpNamesTheDialects() {
        assertEquals(ExitCode.OK, console.run("convert", "--help"));
        assertTrue(
                console.out().contains("microsoft (also timm before 0.9), timm, torchvision, "),
                console.out());
        assertTrue(console.out().contains("less than 95 %"), console.out());
        assertEquals("", console.err());
    }

    @Test
    void aBareFileNeedsTheModel() {
        TestConsole refusal = new TestConsole();
        Path file = checkpoint.resolve(SwinModel.WEIGHTS_FILE);
        assertEquals(ExitCode.USAGE, convert(refusal, file, "x", "--to", "timm"));
        assertTrue(refusal.err().contains("--model=NAME"), refusal.err());
    }

    private void refused(int code, String says, String name, String... more) {
        TestConsole refusal = new TestConsole();
        assertEquals(code, convert(refusal, checkpoint, name, more), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
        assertEquals("", refusal.out());
    }

    @Test
    void forceConvertsWhatThereIs() throws IOException {
        Path partial = describedFolder("partial").resolve(SwinModel.WEIGHTS_FILE);
        try (StateSource state = Safetensors.open(checkpoint.resolve(SwinModel.WEIGHTS_FILE))) {
            SafetensorsWriter writer = new SafetensorsWriter();
            for (TensorInfo info : state.tensors().values()) {
                if (!info.name().contains("mlp.fc1")) {
                    writer.add(
                            info.name(),
                            info.type(),
                            info.shape(),
                            TensorContent.from(state, info.name()));
                }
            }
            writer.write(partial);
        }
        TestConsole refusal = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT, convert(refusal, partial.getParent(), "a", "--to", "timm"));
        assertTrue(refusal.err().contains("mlp.fc1"), refusal.err());
        assertEquals(
                ExitCode.OK,
                convert(partial.getParent(), "a", "--to", "timm", "--force"),
                console.err());
    }
}
