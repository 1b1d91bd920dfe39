// SPDX-License-Identifier: Apache-2.0
/**
 * What decides a training run: the configuration, its recipes, and how both are read and written.
 *
 * <p>All records here are immutable and check themselves: their constructors throw a {@link
 * io.github.swindjl.train.config.ConfigException} that names the key if a value is out of range.
 */
package io.github.swindjl.train.config;
