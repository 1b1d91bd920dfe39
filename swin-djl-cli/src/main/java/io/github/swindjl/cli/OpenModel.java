// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.zoo.ModelDescription;
import io.github.swindjl.zoo.SwinModel;
import java.util.List;

/**
 * A model that a command has loaded.
 *
 * @param model the model, closed with this
 * @param classFolders how the folders of a data set call its classes, in the order of the logits
 * @param weights the file its weights come from
 */
record OpenModel(SwinModel model, List<String> classFolders, HashedWeights weights)
        implements AutoCloseable {

    ModelDescription description() {
        return model.description();
    }

    int classes() {
        return classFolders.size();
    }

    @Override
    public void close() {
        model.close();
    }
}
