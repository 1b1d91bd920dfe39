// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Set;

/** The files that {@code torch.save} writes since PyTorch 1.6: a zip file around a pickle. */
final class TorchZip {

    private static final String PICKLE = "/data.pkl";
    private static final String SCRIPT = "/constants.pkl";

    private TorchZip() {}

    /** Reads everything but the values; the file belongs to the dictionary from then on. */
    static StateSource of(MappedFile file) throws StateException {
        ZipDirectory directory = ZipDirectory.read(file);
        String folder = folder(file.path(), directory.names());
        checkByteOrder(file, directory.find(folder + "/byteorder"));
        ZipDirectory.Entry pickle = directory.find(folder + PICKLE);
        if (pickle.length() > TorchPickle.MAX_BYTES) {
            throw new StateException(
                    file.path(),
                    "its pickle has "
                            + pickle.length()
                            + " bytes, at most "
                            + TorchPickle.MAX_BYTES
                            + " are read");
        }
        PickleInput bytes = new PickleInput(file.map(pickle.data(), (int) pickle.length()));
        TorchPickle.Content content = TorchPickle.read(file.path(), bytes, pickle.data());
        return new TorchState(
                file,
                content.root(),
                key -> {
                    ZipDirectory.Entry entry = directory.find(folder + "/data/" + key);
                    return entry == null
                            ? null
                            : new TorchState.Region(entry.data(), entry.length());
                });
    }

    /** The folder that all entries are in; its name is that of the file when it was written. */
    private static String folder(Path file, Set<String> names) throws StateException {
        String folder = null;
        for (String name : names) {
            String top = name.substring(0, Math.max(0, name.indexOf('/')));
            if (name.equals(top + SCRIPT)) {
                throw new StateException(
                        file,
                        "is a TorchScript program, expected a state dictionary, as"
                                + " torch.save(model.state_dict(), file) writes it");
            }
            if (name.equals(top + PICKLE)) {
                if (folder != null) {
                    throw new StateException(file, "is damaged: it has two pickles");
                }
                folder = top;
            }
        }
        if (folder == null) {
            throw new StateException(
                    file,
                    "is a zip file, but none of PyTorch: it has no data.pkl. If the weights were"
                            + " packed into it, unpack it first");
        }
        return folder;
    }

    private static void checkByteOrder(MappedFile file, ZipDirectory.Entry entry)
            throws StateException {
        if (entry == null) {
            return;
        }
        int length = (int) Math.min(entry.length(), 16);
        String order = StandardCharsets.US_ASCII.decode(file.map(entry.data(), length)).toString();
        if (!order.equals("little")) {
            throw new StateException(
                    file.path(),
                    "holds values in the byte order "
                            + Printable.text(order)
                            + ", only little is supported. Load and save it on a machine with an"
                            + " x86 or ARM processor");
        }
    }
}
