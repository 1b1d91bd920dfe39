// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

class EvaluationJournalTest {

    private static final Map<String, String> SETUP = Map.of("model", "tiny");

    @TempDir private Path folder;
    private Path file;

    @BeforeEach
    void name() {
        file = folder.resolve("journal");
    }

    private static List<Judgement> batch(int number) {
        List<Judgement> batch = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            float[] logits = {number, i, 1f / (1 + number), -i};
            batch.add(
                    new Judgement(
                            3 * number + i,
                            Outcome.of(logits, 0, 4, i),
                            Ranking.top(logits, 0, 4, Judgement.TOP)));
        }
        return batch;
    }

    private void write(int batches) throws IOException {
        Files.deleteIfExists(file);
        try (EvaluationJournal journal = EvaluationJournal.begin(file, SETUP)) {
            assertFalse(Files.exists(file), "a journal without a batch leaves no file");
            for (int i = 0; i < batches; i++) {
                journal.append(batch(i));
            }
        }
    }

    private List<List<Judgement>> resume() throws IOException {
        List<List<Judgement>> seen = new ArrayList<>();
        EvaluationJournal.resume(file, SETUP, seen::add).close();
        return seen;
    }

    @Test
    void anEmptyFileIsAJournalThatWasNotBegun() throws IOException {
        Files.createFile(file);
        try (EvaluationJournal journal =
                EvaluationJournal.resume(file, SETUP, batch -> fail("it holds nothing"))) {
            journal.append(batch(0));
        }
        assertEquals(List.of(batch(0)), resume());
    }

    @Test
    void whatALinkLeadsToStays() throws IOException {
        Path victim = Files.writeString(file.resolveSibling("victim"), "mine");
        Files.createSymbolicLink(file, victim);
        try (EvaluationJournal journal = EvaluationJournal.begin(file, SETUP)) {
            assertThrows(IOException.class, () -> journal.append(batch(0)));
        }
        assertEquals("mine", Files.readString(victim));
    }

    @Test
    void whatIsReadEqualsWhatWasWritten() throws IOException {
        write(4);
        assertEquals(List.of(batch(0), batch(1), batch(2), batch(3)), resume());
    }

    @Test
    void aFileCutOffAnywhereKeepsTheWholeBatchesAndGoesOn() throws IOException {
        write(1);
        long one = Files.size(file);
        write(2);
        byte[] two = Files.readAllBytes(file);
        for (int length = (int) one; length < two.length; length++) {
            Files.write(file, Arrays.copyOf(two, length));
            assertEquals(List.of(batch(0)), resume(), "cut at " + length);
        }
        try (EvaluationJournal journal = EvaluationJournal.resume(file, SETUP, seen -> {})) {
            journal.append(batch(1));
            List<List<Judgement>> replayed = new ArrayList<>();
            journal.replay(replayed::add);
            assertEquals(List.of(batch(0), batch(1)), replayed);
        }
        assertEquals(two.length, Files.size(file));
    }

    @Test
    void aDamagedBatchAndWhatFollowsIsLeftOut() throws IOException {
        write(1);
        int one = (int) Files.size(file);
        write(3);
        byte[] damaged = Files.readAllBytes(file);
        damaged[one + 20] ^= 1;
        Files.write(file, damaged);
        assertEquals(List.of(batch(0)), resume());
    }

    @Test
    void anotherEvaluationsFileIsRefused() throws IOException {
        write(1);
        IOException e =
                assertThrows(
                        IOException.class,
                        () -> EvaluationJournal.resume(file, Map.of("model", "base"), seen -> {}));
        assertTrue(e.getMessage().contains("model=tiny there, model=base here"), e.getMessage());
        Files.writeString(file, "no journal at all");
        assertTrue(
                assertThrows(IOException.class, this::resume).getMessage().contains("no journal"));
    }

    @Test
    void twoEvaluationsDoNotShareAFile() throws IOException {
        try (EvaluationJournal first = EvaluationJournal.begin(file, SETUP);
                EvaluationJournal second = EvaluationJournal.begin(file, SETUP)) {
            first.append(batch(0));
            for (Executable attempt :
                    List.<Executable>of(() -> second.append(batch(7)), this::resume)) {
                String message = assertThrows(IOException.class, attempt).getMessage();
                assertTrue(message.contains("by another evaluation"), message);
                assertTrue(message.contains(file.toString()), message);
            }
            first.append(batch(1));
        }
        assertEquals(List.of(batch(0), batch(1)), resume());
    }

    @Test
    void aJournalWithoutABatchReplaysNothing() throws IOException {
        List<List<Judgement>> all = new ArrayList<>();
        EvaluationJournal.begin(file, SETUP).replay(all::add);
        assertEquals(List.of(), all);
    }
}
