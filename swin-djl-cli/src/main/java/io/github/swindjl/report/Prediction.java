// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

/**
 * A class and how sure the model is of it.
 *
 * @param label name of the class
 * @param probability softmax probability, 0 to 1
 */
public record Prediction(String label, double probability) {}
