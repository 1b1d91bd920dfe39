// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

import java.util.Map;
import java.util.Optional;

/**
 * What to train.
 *
 * @param name the model
 * @param weights a weights file, a checkpoint directory or {@code pretrained}; empty to begin with
 *     random weights
 * @param overrides changes to the model's architecture, by name
 */
public record ModelConfig(String name, Optional<String> weights, Map<String, Object> overrides) {

    public ModelConfig {
        Check.notBlank("name", name);
        weights.ifPresent(value -> Check.notBlank("weights", value));
    }
}
