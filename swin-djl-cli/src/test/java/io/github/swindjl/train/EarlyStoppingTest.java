// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.github.swindjl.train.config.StoppingConfig;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EarlyStoppingTest {

    @ParameterizedTest
    @CsvSource({
        "0, 0, '0.5 0.4 0.3 0.2', false",
        "2, 0, '0.5 0.4', false",
        "2, 0, '0.5 0.4 0.5', true",
        "2, 0, '0.5 0.4 0.6 0.5', false",
        "2, 0, '0.5 0.4 0.6 0.5 0.6', true",
        "1, 0.1, '0.5 0.59', true",
        "1, 0.05, '0.5 0.59', false",
        "2, 0.1, '0.5 0.58 0.66', false",
        "1, 0, '', false"
    })
    void givesUpAfterPatience(int patience, double minDelta, String metrics, boolean expected) {
        List<Double> values =
                metrics.isEmpty()
                        ? List.of()
                        : Arrays.stream(metrics.split(" ")).map(Double::valueOf).toList();
        assertEquals(expected, EarlyStopping.isDue(values, new StoppingConfig(patience, minDelta)));
    }
}
