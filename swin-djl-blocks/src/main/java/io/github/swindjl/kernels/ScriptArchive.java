// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.kernels;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/** Packs the text of functions into the archive that libtorch loads as a TorchScript module. */
final class ScriptArchive {

    static final String CLASS_NAME = "Kernel";

    /** The operator-set version of libtorch 2.7: an older number would switch on old semantics. */
    private static final String OPERATOR_VERSION = "10\n";

    private static final String INDENT = "  ";

    private ScriptArchive() {}

    /**
     * Packs functions as the methods of one parameterless module.
     *
     * @param functions the functions, written as {@code def name(self, x: Tensor) -> Tensor:}
     * @return the archive's bytes
     */
    static byte[] pack(String functions) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            put(zip, "ops/data.pkl", moduleWithoutParameters());
            put(zip, "ops/code/__torch__.py", module(functions).getBytes(StandardCharsets.UTF_8));
            put(zip, "ops/constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
            put(zip, "ops/version", OPERATOR_VERSION.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
        return out.toByteArray();
    }

    private static String module(String functions) {
        StringBuilder text = new StringBuilder();
        text.append("class ").append(CLASS_NAME).append("(Module):\n");
        text.append(INDENT).append("__parameters__ = []\n");
        text.append(INDENT).append("__buffers__ = []\n");
        text.append(INDENT).append("training : bool\n");
        functions
                .replace("(self,", "(self: __torch__." + CLASS_NAME + ",")
                .lines()
                .filter(line -> !line.isBlank() && !line.startsWith("#"))
                .forEach(line -> text.append(INDENT).append(line).append('\n'));
        return text.toString();
    }

    /** A pickle of an instance of the class whose only attribute is {@code training = False}. */
    private static byte[] moduleWithoutParameters() {
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        pickle.writeBytes(new byte[] {(byte) 0x80, 2});
        pickle.writeBytes(("c__torch__\n" + CLASS_NAME + "\n").getBytes(StandardCharsets.US_ASCII));
        pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', 'X', 8, 0, 0, 0});
        pickle.writeBytes("training".getBytes(StandardCharsets.US_ASCII));
        pickle.writeBytes(new byte[] {(byte) 0x89, 's', 'b', '.'});
        return pickle.toByteArray();
    }

    /** libtorch maps entries in place, so it reads stored ones only. */
    private static void put(ZipOutputStream zip, String name, byte[] data) throws IOException {
        CRC32 crc = new CRC32();
        crc.update(data);
        ZipEntry entry = new ZipEntry(name);
        entry.setMethod(ZipEntry.STORED);
        entry.setSize(data.length);
        entry.setCrc(crc.getValue());
        zip.putNextEntry(entry);
        zip.write(data);
        zip.closeEntry();
    }
}
