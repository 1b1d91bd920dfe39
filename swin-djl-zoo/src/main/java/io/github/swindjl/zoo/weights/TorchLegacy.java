// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.weights;

import java.math.BigInteger;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The files that {@code torch.save} wrote before PyTorch 1.6: five pickles (a magic number, the
 * version, facts about the machine, the object, the keys of its storages), then the storages, each
 * after its number of elements.
 */
final class TorchLegacy {

    private static final BigInteger MAGIC = new BigInteger("1950a86a20f9469cfc6c", 16);
    private static final long VERSION = 1001;

    private final MappedFile file;
    private final Map<String, TorchState.Region> regions = new HashMap<>();
    private long position;

    private TorchLegacy(MappedFile file) {
        this.file = file;
    }

    /** Reads everything but the values; the file belongs to the dictionary from then on. */
    static StateSource of(MappedFile file) throws StateException {
        return new TorchLegacy(file).read();
    }

    private StateSource read() throws StateException {
        if (!MAGIC.equals(next().root())) {
            throw new StateException(
                    file.path(),
                    "is a pickle, but none of PyTorch: it does not begin with the magic number"
                            + " 0x"
                            + MAGIC.toString(16));
        }
        Object version = next().root();
        if (!(version instanceof Number number) || number.longValue() != VERSION) {
            throw new StateException(
                    file.path(),
                    "has the format version " + Printable.value(version) + ", known is " + VERSION);
        }
        checkByteOrder(next().root());
        TorchPickle.Content content = next();
        readStorages(content.storages());
        return new TorchState(file, content.root(), regions::get);
    }

    private TorchPickle.Content next() throws StateException {
        int window = (int) Math.min(file.size() - position, TorchPickle.MAX_BYTES);
        PickleInput bytes = new PickleInput(file.map(position, window));
        TorchPickle.Content content = TorchPickle.read(file.path(), bytes, position);
        position += bytes.position();
        return content;
    }

    private void checkByteOrder(Object machine) throws StateException {
        Object little = machine instanceof Map<?, ?> facts ? facts.get("little_endian") : null;
        if (!Boolean.TRUE.equals(little)) {
            throw new StateException(
                    file.path(),
                    "was written on a machine with the byte order big (little_endian is "
                            + Printable.value(little)
                            + "), only little is supported. Load and save it on a machine with an"
                            + " x86 or ARM processor");
        }
    }

    private void readStorages(Map<String, TorchStorage> known) throws StateException {
        if (!(next().root() instanceof List<?> keys)) {
            throw new StateException(file.path(), "is damaged: its list of storages is none");
        }
        for (Object key : keys) {
            TorchStorage storage = key instanceof String ? known.get(key) : null;
            if (storage == null) {
                throw storageProblem(key, "is used by no tensor");
            }
            long elements = file.map(position, Long.BYTES).getLong();
            if (elements != storage.elements()) {
                throw storageProblem(
                        key, "has " + elements + " elements, expected " + storage.elements());
            }
            position += Long.BYTES;
            int size = storage.type().bits() / Byte.SIZE;
            if (elements < 0 || elements > (file.size() - position) / size) {
                throw storageProblem(
                        key,
                        "is truncated: "
                                + elements
                                + " elements of "
                                + storage.type()
                                + " do not fit behind offset "
                                + position
                                + " of "
                                + file.size());
            }
            if (regions.put(storage.key(), new TorchState.Region(position, elements * size))
                    != null) {
                throw storageProblem(key, "appears twice");
            }
            position += elements * size;
        }
    }

    private StateException storageProblem(Object key, String problem) {
        return new StateException(file.path(), "storage " + Printable.value(key) + " " + problem);
    }
}
