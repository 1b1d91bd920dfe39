// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train.config;

/**
 * Average of the parameters over time, which is what is evaluated where there is one.
 *
 * @param decay share of the average that each update keeps, from 0 to below 1; 0 for no average
 * @param warmup whether the share rises from 0 as 1 − (1 + n)^(−2/3) until it is {@code decay}
 * @param afterEpochs epochs in which the average just follows the parameters
 * @param every updates between two additions to the average, at least 1, counted from the first
 *     update of each epoch
 */
public record EmaConfig(double decay, boolean warmup, int afterEpochs, int every) {

    public EmaConfig {
        Check.within("decay", decay, 0, Math.nextDown(1.0));
        Check.atLeast("after_epochs", afterEpochs, 0);
        Check.atLeast("every", every, 1);
    }
}
