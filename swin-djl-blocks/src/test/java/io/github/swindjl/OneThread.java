// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import io.github.swindjl.kernels.EngineInfo;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Runs the tests of a class with one thread for each operation: on networks this small a second one
 * only waits, and on a busy machine it waits for long.
 */
public final class OneThread implements BeforeAllCallback, AfterAllCallback {

    private int former;

    @Override
    public void beforeAll(ExtensionContext context) {
        former = EngineInfo.threads();
        EngineInfo.setThreads(1);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        EngineInfo.setThreads(former);
    }
}
