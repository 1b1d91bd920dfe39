// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.zoo.ModelTable;
import io.github.swindjl.zoo.SegmentationTable;
import org.junit.jupiter.api.Test;

class ModelsCommandTest {

    private final TestConsole console = new TestConsole();

    @Test
    void everyModelHasALine() {
        assertEquals(ExitCode.OK, console.run("models"), console.err());
        assertEquals(
                2 + ModelTable.all().size() + 3 + SegmentationTable.all().size(),
                console.out().lines().count());
        String tiny = line("swin_tiny_patch4_window7_224.ms_in1k ");
        assertEquals(
                "28.3 M 4.5 G 224 7 1000 81.2 95.5 microsoft MIT",
                tiny.substring(tiny.indexOf(' ')).strip().replaceAll(" +", " "));
        String scenes = line("upernet_swin_tiny_patch4_window7_512x512.ms_in1k_ade20k ");
        assertEquals(
                "59.9 M 512 7 150 44.51 45.81 microsoft MIT",
                scenes.substring(scenes.indexOf(' ')).strip().replaceAll(" +", " "));
        assertTrue(
                line("swinv2_giant_window16_256 ").matches(".* - +- +- +Apache-2.0"),
                console.out());
    }

    @Test
    void aModelShowsItsConfiguration() {
        assertEquals(ExitCode.OK, console.run("models", "swinv2_base_window12to24_192to384"));
        assertTrue(line("name").endsWith(".ms_in22k_ft_in1k"), console.out());
        assertTrue(line("parameters").endsWith("87,918,816"), console.out());
        assertTrue(line("  reference_windows").endsWith("[12, 12, 12, 6]"), console.out());
        assertTrue(line("pictures").contains("without regard to proportions"), console.out());
        assertEquals("", console.err());
    }

    @Test
    void jsonHasTheSameFigures() {
        assertEquals(ExitCode.OK, console.run("models", "--format", "json"));
        JsonArray all = JsonParser.parseString(console.out()).getAsJsonArray();
        assertEquals(ModelTable.all().size() + SegmentationTable.all().size(), all.size());
        JsonObject tiny = all.get(0).getAsJsonObject();
        assertEquals("swin_tiny_patch4_window7_224.ms_in1k", tiny.get("name").getAsString());
        assertEquals(28_288_354, tiny.get("parameters").getAsLong());
        assertEquals(81.2, tiny.get("top1").getAsDouble());
        assertTrue(all.get(ModelTable.all().size() - 1).getAsJsonObject().get("top1").isJsonNull());
        JsonObject scenes = all.get(all.size() - 1).getAsJsonObject();
        assertEquals("segment", scenes.get("task").getAsString());
        assertEquals(54.12, scenes.get("miou_multi_scale").getAsDouble());

        TestConsole one = new TestConsole();
        assertEquals(ExitCode.OK, one.run("models", "swin_s", "--format", "json"));
        JsonObject details = JsonParser.parseString(one.out()).getAsJsonObject();
        assertEquals("swin_s.tv_in1k", details.get("name").getAsString());
        assertEquals(
                "TORCHVISION",
                details.getAsJsonObject("preprocessing").get("protocol").getAsString());
        assertEquals(7, details.getAsJsonObject("config").get("window").getAsInt());
    }

    @Test
    void aModelThatLabelsPixelsShowsItsTraining() {
        assertEquals(ExitCode.OK, console.run("models", "openmmlab/upernet-swin-tiny"));
        assertTrue(line("parameters").endsWith("59,941,862"), console.out());
        assertTrue(line("trained").endsWith("160k iterations of 16 crops of 512 pixels"));
        assertTrue(line("mIoU ").endsWith("44.41 %"), console.out());
        assertTrue(line("pictures").contains("2048x512"), console.out());
        assertTrue(line("SHA-256").endsWith("e380ad3e…"), console.out());
        assertTrue(line("  channels").endsWith("512"), console.out());
    }

    @Test
    void anUnknownModelIsAnsweredWithTheNearest() {
        assertEquals(ExitCode.USAGE, console.run("models", "swin_tiny_patch4_window7_244"));
        assertTrue(
                console.err().contains("Did you mean swin_tiny_patch4_window7_224"), console.err());
        assertEquals("", console.out());
    }

    private String line(String begin) {
        return console.out()
                .lines()
                .filter(line -> line.startsWith(begin))
                .findFirst()
                .orElseThrow(() -> new AssertionError(begin + " in\n" + console.out()));
    }
}
