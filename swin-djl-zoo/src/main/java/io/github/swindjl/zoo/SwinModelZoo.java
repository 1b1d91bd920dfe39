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
 * <p>The name may be an alias. The weights are the published ones, from the cache or the network,
 * or those of the argument {@code weights}; the arguments of {@link SwinBlockFactory} hold. Asked
 * for {@code float[]} the model comes without its head unless {@code classes} is given, asked for
 * {@code FeatureMap[]} with the maps of all stages unless {@code features} is given.
 */
public final class SwinModelZoo extends ModelZoo {

    /** The group under which DJL knows this zoo. */
    public static final String GROUP_ID = "io.github.swindjl";

    /** The artifact under which DJL knows the classifiers. */
    public static final String ARTIFACT_ID = "swin";

    /** The artifact under which DJL knows the networks that label pixels. */
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
