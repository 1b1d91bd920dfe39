// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * Opens weights of any format that this package reads; the content decides which, never the name.
 *
 * <ul>
 *   <li>safetensors, also split into several files with an index as JSON
 *   <li>what {@code torch.save} writes: the zip form, and the form before PyTorch 1.6. Nested
 *       containers become names with dots; numbers and text beside the tensors become metadata.
 *       Nothing in the file is executed.
 *   <li>a folder with one of these under its usual name
 * </ul>
 */
public final class StateFiles {

    private static final int ZIP = 0x04034b50;
    private static final int EMPTY_ZIP = 0x06054b50;
    private static final int PICKLE = 0x80;
    private static final int SHOWN = 262;
    private static final int TAR_MARK = 257;

    private static final List<String> IN_FOLDERS =
            List.of(
                    "model.safetensors",
                    "model.safetensors.index.json",
                    "pytorch_model.bin",
                    "pytorch_model.bin.index.json");

    private StateFiles() {}

    /**
     * Opens a file or a folder.
     *
     * @param path the file, or a folder such as a checkpoint of this project
     * @return the open dictionary, to be closed by the caller
     * @throws StateException if there is no such file, its format is unknown, it is truncated or
     *     damaged, or it holds anything that a state dictionary has no use for
     */
    public static StateSource open(Path path) throws StateException {
        if (!Files.isDirectory(path)) {
            return MappedFile.open(path, StateFiles::read);
        }
        for (String name : IN_FOLDERS) {
            if (Files.isRegularFile(path.resolve(name))) {
                return MappedFile.open(path.resolve(name), StateFiles::read);
            }
        }
        throw new StateException(
                path, "is a folder without weights, expected one of " + IN_FOLDERS + " in it");
    }

    private static StateSource read(MappedFile file) throws StateException {
        if (startsLikeJson(file)) {
            StateSource state = ShardedState.of(file, StateFiles::readOne);
            try {
                file.close();
            } catch (IOException e) {
                throw new StateException(file.path(), "cannot be closed: " + Causes.of(e), e);
            }
            return state;
        }
        return readOne(file);
    }

    /** A safetensors file that begins with the byte of a brace has another one at offset 8. */
    private static boolean startsLikeJson(MappedFile file) throws StateException {
        ByteBuffer head = head(file);
        if (head.remaining() > Safetensors.PREFIX && head.get(Safetensors.PREFIX) == '{') {
            return false;
        }
        return StandardCharsets.US_ASCII.decode(head).toString().stripLeading().startsWith("{");
    }

    private static ByteBuffer head(MappedFile file) throws StateException {
        return file.map(0, (int) Math.min(file.size(), SHOWN));
    }

    private static StateSource readOne(MappedFile file) throws StateException {
        ByteBuffer head = head(file);
        if (head.remaining() > Safetensors.PREFIX && head.get(Safetensors.PREFIX) == '{') {
            return Safetensors.of(file);
        }
        if (head.remaining() >= Integer.BYTES
                && (head.getInt(0) == ZIP || head.getInt(0) == EMPTY_ZIP)) {
            return TorchZip.of(file);
        }
        if (head.hasRemaining() && (head.get(0) & 0xff) == PICKLE) {
            return TorchLegacy.of(file);
        }
        throw new StateException(file.path(), unknown(head));
    }

    /** Names what people most often have in place of weights. */
    private static String unknown(ByteBuffer head) {
        byte[] bytes = new byte[head.remaining()];
        head.get(bytes);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        String found;
        if (bytes.length == 0) {
            found = "is empty";
        } else if (text.startsWith("version https://git-lfs")) {
            found = "is a pointer of Git LFS, not the file itself: fetch it with git lfs pull";
        } else if (text.stripLeading().startsWith("<")) {
            found = "is a web page, not the file itself: download it again";
        } else if (text.startsWith("ustar", TAR_MARK)) {
            found = "is a tar archive: unpack it, or save it again if PyTorch before 0.2 wrote it";
        } else {
            String start =
                    HexFormat.ofDelimiter(" ").formatHex(bytes, 0, Math.min(8, bytes.length));
            found = "has an unknown format: it begins with the bytes " + start;
        }
        return found
                + ". Expected a safetensors file, its index, or what torch.save writes (.pth, .pt,"
                + " .bin)";
    }
}
