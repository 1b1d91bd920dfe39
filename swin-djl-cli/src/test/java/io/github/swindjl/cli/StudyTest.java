// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.data.SampleSet;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.zoo.image.PictureReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {

    @TempDir private Path folder;
    private Path set;
    private final TestConsole console = new TestConsole();

    @BeforeEach
    void draw() throws IOException {
        set = folder.resolve("set");
        SampleSet.create(set, new SampleSet.Options(SampleSet.Layout.IMAGENET, 32, 4, 2, 3));
    }

    private int study(TestConsole to, String... more) {
        List<String> all =
                new ArrayList<>(
                        List.of(
                                "train",
                                "--data",
                                set.toString(),
                                "--device",
                                "cpu",
                                "--epochs",
                                "1",
                                "--batch-size",
                                "8",
                                "--set",
                                "model.overrides={width: 8, depths: [1, 1], heads: [1, 2],"
                                        + " reference_windows: [0, 0], image_height: 32,"
                                        + " image_width: 32}"));
        all.addAll(List.of(more));
        return to.run(all.toArray(String[]::new));
    }

    /** One of the variants needs more pictures than there are. */
    @Test
    void variantsAreComparedAndAFailureIsNotTheOthers() throws IOException {
        Path out = folder.resolve("study");
        int code = study(console, "--study", "accumulate=1,9,3", "--out", out.toString());
        assertEquals(ExitCode.BAD_INPUT, code, console.err());
        List<String> lines = Files.readAllLines(out.resolve("study.csv"));
        assertEquals(4, lines.size());
        assertTrue(lines.get(0).startsWith("value,top1,val_loss"), lines.get(0));
        assertTrue(lines.get(1).startsWith("1,0."), lines.get(1));
        assertTrue(lines.get(2).startsWith("9,,,"), lines.get(2));
        assertTrue(lines.get(2).contains("one update needs 72"), lines.get(2));
        assertTrue(lines.get(3).startsWith("3,0."), lines.get(3));
        assertTrue(lines.get(3).contains(",2,"), "two updates: " + lines.get(3));
        assertTrue(
                Files.readString(out.resolve("study.md"))
                        .startsWith("| training.accumulate | top-1"));
        assertTrue(PictureReader.size(out.resolve("study.png")).width() > 900);
        assertTrue(PictureReader.size(out.resolve("curves.png")).width() > 900);
        assertEquals(
                3, RunDirectory.open(out.resolve("accumulate=3")).config().training().accumulate());
        String last = console.out().lines().reduce((a, b) -> b).orElseThrow();
        assertTrue(last.matches("result top1=[01]\\.\\d{4} checkpoint=.*accumulate=.*"), last);

        TestConsole again = new TestConsole();
        assertEquals(
                ExitCode.OK,
                study(again, "--study", "training.accumulate=1,3", "--out", out.toString()),
                again.err());
        assertEquals(2, again.err().split("finished already", -1).length - 1, again.err());
        assertFalse(again.err().contains("Training mini"), again.err());

        TestConsole other = new TestConsole();
        assertEquals(
                ExitCode.BAD_INPUT,
                study(other, "--study", "accumulate=1", "--out", out.toString(), "--seed", "5"));
        assertTrue(other.err().contains("seed is 0 there and 5 here"), other.err());
    }

    @Test
    void whatIsNoStudyIsRefused() {
        refused("KEY=VALUE", "--study", "accumulate");
        refused("did you mean lr", "--study", "optimizer.lrr=1,2");
        refused("a number", "--study", "optimizer.lr=1,fast");
        refused("no effect with --study", "--study", "accumulate=1", "--dry-run");
        refused("no effect with --study", "--study", "accumulate=1", "--resume", "auto");
        refused("no effect with --study", "--study", "accumulate=1", "--max-time", "1h");
    }

    private void refused(String says, String... arguments) {
        TestConsole refusal = new TestConsole();
        List<String> all = new ArrayList<>(List.of(arguments));
        all.addAll(List.of("--out", folder.resolve("never").toString()));
        assertEquals(ExitCode.USAGE, study(refusal, all.toArray(String[]::new)), refusal.err());
        assertTrue(refusal.err().contains(says), refusal.err());
        assertFalse(Files.exists(folder.resolve("never")));
    }

    @Test
    void valuesMayHoldCommasWithinBrackets() {
        assertEquals(List.of("1", "2", "4"), Study.values("1, 2,4"));
        assertEquals(
                List.of("[0.9, 0.98]", "[0.9, 0.999]"), Study.values("[0.9, 0.98],[0.9, 0.999]"));
    }
}
