// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Model;
import ai.djl.nn.Block;
import ai.djl.nn.BlockFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Builds a network with its weights for DJL and djl-serving.
 *
 * <p>Arguments, all optional, numbers as numbers or text:
 *
 * <table>
 *   <caption>Arguments</caption>
 *   <tr><th>name</th><th>value</th></tr>
 *   <tr><td>{@code model}</td><td>a name or alias of {@link ModelTable}; without it {@code
 *       model.json} of the model's folder says what the model is, or else the model's name</td></tr>
 *   <tr><td>{@code weights}</td><td>the file, relative to the model's folder; without it the one
 *       that is there</td></tr>
 *   <tr><td>{@code pretrained}</td><td>{@code true} for the published weights, downloaded if need
 *       be</td></tr>
 *   <tr><td>{@code classes}, {@code imageSize} ({@code 256} or {@code 256x192}, height first),
 *       {@code window}, {@code channels}, {@code features} ({@code 0,1,2,3}), {@code
 *       precision}</td><td>as in {@link Swin.Builder}</td></tr>
 * </table>
 *
 * <p>Other arguments are djl-serving's or someone else's and left alone, unless they differ from
 * one of these by a slip, as {@code imgsize} does: those are refused.
 *
 * <p>The block comes with its parameters, on the model's device. DJL must be told so by the option
 * {@code hasParameter=false} ({@code option.hasParameter=false} in {@code serving.properties}).
 *
 * <p>Stateless, thread-safe.
 */
public final class SwinBlockFactory implements BlockFactory {

    private static final long serialVersionUID = 1L;

    /** Creates the factory; DJL does so by the class's name. */
    public SwinBlockFactory() {}

    @Override
    public Block newBlock(Model model, Path modelPath, Map<String, ?> arguments)
            throws IOException {
        ModelRequest request = new ModelArguments(arguments).request(model.getName(), modelPath);
        return request.spec()
                .build(model.getNDManager(), request.weightsPath(), NetworkSpec.SEED)
                .running();
    }
}
