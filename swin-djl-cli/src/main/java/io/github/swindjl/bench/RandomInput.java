// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.bench;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import io.github.swindjl.blocks.SwinConfig;
import java.util.SplittableRandom;

/** Pictures and labels that nobody looks at. */
final class RandomInput {

    private RandomInput() {}

    /** Returns pictures of normally distributed numbers, in the engine's own memory. */
    static NDArray pictures(BenchCase what, NDManager manager) {
        SwinConfig config = what.network().config();
        manager.getEngine().setRandomSeed((int) what.seed());
        return manager.randomNormal(
                0,
                1,
                new Shape(
                        what.batchSize(),
                        config.channels(),
                        config.imageHeight(),
                        config.imageWidth()),
                DataType.FLOAT32);
    }

    /** Returns a class for each picture. */
    static NDArray labels(BenchCase what, NDManager manager) {
        int classes = what.network().labels().size();
        return manager.create(
                new SplittableRandom(what.seed()).longs(what.batchSize(), 0, classes).toArray());
    }
}
