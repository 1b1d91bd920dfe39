// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {

    /** The same three events as TensorBoard 2.21.0's own record writer encodes them. */
    private static final String VERSION =
            "1800000000000000a37f4b220900001040fc54d9411a0d627261696e2e4576656e743a32338d2fe9";

    private static final String LOSS =
            "1e00000000000000d9dc12320900001040fc54d9412a130a110a0a747261696e2f6c6f7373150000204048de"
                    + "614a";
    private static final String NOT_A_NUMBER =
            "1d00000000000000602fdf230900001040fc54d94110ac022a0f0a0d0a0676616c2fc3bc150000c07ff5891a"
                    + "97";

    private static final Clock CLOCK =
            Clock.fixed(Instant.ofEpochMilli(1_700_000_000_250L), ZoneOffset.UTC);

    @TempDir private Path dir;

    @Test
    void writesTheBytesThatTensorBoardWrites() throws IOException {
        Path folder = dir.resolve("made/on/demand");
        try (TensorBoardWriter writer = new TensorBoardWriter(folder, CLOCK)) {
            Path file = writer.file();
            assertEquals(folder, file.getParent());
            assertTrue(file.getFileName().toString().contains("tfevents.1700000000."));
            assertEquals(VERSION, hex(file), "nothing waits in a buffer");
            writer.scalar("train/loss", 0, 2.5);
            assertEquals(VERSION + LOSS, hex(file));
            writer.scalar("val/ü", 300, Double.NaN);
            assertEquals(VERSION + LOSS + NOT_A_NUMBER, hex(file));
        }
    }

    @Test
    void checksumsAgreeWithKnownVectors() {
        byte[] digits = "123456789".getBytes(StandardCharsets.US_ASCII);
        // CRC-32C of the digits is e3069283; the format rotates it and adds a constant.
        assertEquals(0xc78ab0e5, TensorBoardWriter.maskedCrc(digits, 9));
        assertEquals(0xa282ead8, TensorBoardWriter.maskedCrc(digits, 0));
    }

    @Test
    void refusesANegativeStepAnExistingFileAndUseAfterClose() throws IOException {
        TensorBoardWriter writer = new TensorBoardWriter(dir, CLOCK);
        assertThrows(IllegalArgumentException.class, () -> writer.scalar("a", -1, 0));
        assertThrows(IOException.class, () -> new TensorBoardWriter(dir, CLOCK));
        writer.close();
        assertThrows(IOException.class, () -> writer.scalar("a", 1, 0));
        assertEquals(VERSION, hex(writer.file()));
    }

    private static String hex(Path file) throws IOException {
        return HexFormat.of().formatHex(Files.readAllBytes(file));
    }
}
