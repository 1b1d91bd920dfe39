// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.repository.zoo.ModelZoo;
import io.github.swindjl.kernels.EngineInfo;
import java.util.Set;

/**
 * The models of {@link ModelTable} for DJL's {@code Criteria}:
 *
 * <pre>{@code
 * Criteria.builder()
 *         .setTypes(Image.class, Classifications.class)
 *         .optApplication(Application.CV.IMAGE_CLASSIFICATION)
 *         .optGroupId(SwinModelZoo.GROUP_ID)
 *         .optArtifactId(SwinModelZoo.ARTIFACT_ID)
 *         .optFilter("name", "swin_tiny_patch4_window7_224")
 *         .build()
 *         .loadModel();
 * }</pre>
 *
 * <p>The name may be an alias. Other filters, whose values may be written in small letters, too:
 *
 * <table>
 *   <caption>Filters</caption>
 *   <tr><th>key</th><th>values</th></tr>
 *   <tr><td>{@code name}</td><td>see {@link ModelTable} and {@link SegmentationTable}</td></tr>
 *   <tr><td>{@code version}</td><td>{@code V1}, {@code V2}; classifiers only</td></tr>
 *   <tr><td>{@code size}</td><td>{@code T} or {@code tiny} and so on, see {@link
 *       io.github.swindjl.blocks.SwinSize}</td></tr>
 *   <tr><td>{@code classes}</td><td>see {@link ClassSet}; classifiers only</td></tr>
 *   <tr><td>{@code imageSize}</td><td>side of the input in pixels; classifiers only</td></tr>
 *   <tr><td>{@code window}</td><td>side of the attention window in tokens</td></tr>
 *   <tr><td>{@code source}</td><td>see {@link Source}</td></tr>
 * </table>
 *
 * <p>Of several models that match the first of the table is taken. The weights are the published
 * ones, from the cache or the network, or those of the argument {@code weights}; the arguments of
 * {@link SwinBlockFactory} and {@link SwinTranslatorFactory} hold, and another is refused unless
 * the criteria bring a translator or a block of their own. Asked for {@code float[]} the model
 * comes without its head unless {@code classes} is given, asked for {@code FeatureMap[]} with the
 * maps of all stages unless {@code features} is given.
 */
public final class SwinModelZoo extends ModelZoo {

    /** The group under which DJL knows this zoo. */
    public static final String GROUP_ID = "io.github.swindjl";

    /** The artifact under which DJL knows the classifiers. */
    public static final String ARTIFACT_ID = "swin";

    /** The artifact under which DJL knows the segmentation networks. */
    public static final String SEGMENTATION_ARTIFACT_ID = "swin_upernet";

    SwinModelZoo() {
        addModel(new SwinModelLoader());
        addModel(new SegmentationModelLoader());
    }

    @Override
    public String getGroupId() {
        return GROUP_ID;
    }

    @Override
    public Set<String> getSupportedEngines() {
        return Set.of(EngineInfo.ENGINE);
    }
}
