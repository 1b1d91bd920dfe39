// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import io.github.swindjl.blocks.NormPlacement;
import io.github.swindjl.blocks.SwinConfig;
import io.github.swindjl.window.Grid;
import io.github.swindjl.window.WindowPlan;

/**
 * Counts multiplications with addition by the rules behind the published tables: norms count, the
 * network of the continuous position bias does not.
 */
public final class MultiplyAdds {

    private MultiplyAdds() {}

    /**
     * Counts for one picture of the size the network is built for.
     *
     * @param config the backbone
     * @param classes outputs of the head, 0 for none
     * @return the number of multiply-adds
     */
    public static long of(SwinConfig config, int classes) {
        long total = stem(config);
        for (int stage = 0; stage < config.stages(); stage++) {
            Grid grid = config.grid(stage);
            for (int block = 0; block < config.depths().get(stage); block++) {
                total += block(config, stage, config.windowPlan(stage, block), grid);
            }
            if (stage < config.stages() - 1) {
                total += merging(config, stage, grid);
            }
        }
        long channels = config.stageWidth(config.stages() - 1);
        // The official counter halves the tokens once for each stage, not for each merged side.
        long tail = channels * config.grid(0).tokens() >> config.stages();
        return total + tail + channels * classes;
    }

    private static long stem(SwinConfig config) {
        long perToken =
                (long) config.channels() * config.patchSize() * config.patchSize()
                        + (config.patchNorm() ? 1 : 0);
        return config.grid(0).tokens() * config.width() * perToken;
    }

    private static long block(SwinConfig config, int stage, WindowPlan plan, Grid grid) {
        long tokens = grid.tokens();
        long channels = config.stageWidth(stage);
        long perWindow = plan.tokens();
        long windows = tokens / perWindow;
        long attention =
                windows
                        * (3 * perWindow * channels * channels
                                + 2 * perWindow * perWindow * channels
                                + perWindow * channels * channels);
        long hidden = (long) (channels * config.mlpRatio());
        return 2 * channels * tokens + attention + 2 * tokens * channels * hidden;
    }

    private static long merging(SwinConfig config, int stage, Grid grid) {
        long tokens = grid.tokens();
        long channels = config.stageWidth(stage);
        long norm =
                config.normPlacement() == NormPlacement.PRE
                        ? tokens * channels
                        : tokens * channels / 2;
        return norm + tokens / 4 * 8 * channels * channels;
    }
}
