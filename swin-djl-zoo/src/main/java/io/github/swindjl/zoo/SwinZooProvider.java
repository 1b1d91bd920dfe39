// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.repository.zoo.ModelZoo;
import ai.djl.repository.zoo.ZooProvider;

/** Makes {@link SwinModelZoo} known to DJL, which finds this class as a service. */
public final class SwinZooProvider implements ZooProvider {

    /** Creates the provider; DJL does so. */
    public SwinZooProvider() {}

    @Override
    public ModelZoo getModelZoo() {
        return new SwinModelZoo();
    }
}
