// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.zoo.InferenceProtocol;
import io.github.swindjl.zoo.image.FitBox;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** How segmentation models look at pictures. */
final class SceneOptions {

    private static final Pattern SLIDE = Pattern.compile("([1-9]\\d{0,4})/([1-9]\\d{0,4})");

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--slide",
            paramLabel = "SIDE/STRIDE",
            description =
                    "Segmentation only: look through overlapping windows, such as 512/341, instead "
                            + "of at whole pictures.")
    private String slide;

    @Option(
            names = "--multi-scale",
            description =
                    "Segmentation only: average the probabilities of six sizes and their mirror "
                            + "images, as the published multi-scale results do.")
    private boolean multiScale;

    /** Refuses windows that are none. */
    void check() {
        if (slide != null && !SLIDE.matcher(slide).matches()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--slide is '" + slide + "', expected SIDE/STRIDE such as 512/341");
        }
    }

    /** Refuses all of this for models that do not label pixels. */
    void refuse() {
        if (slide != null || multiScale) {
            throw new ParameterException(
                    spec.commandLine(),
                    (slide != null ? "--slide" : "--multi-scale")
                            + " has an effect for segmentation models only");
        }
    }

    /** Returns what was asked for, of pictures fitted into a box. */
    InferenceProtocol protocol(FitBox box) {
        InferenceProtocol protocol = InferenceProtocol.whole(box);
        if (multiScale) {
            protocol = protocol.multiScale();
        }
        if (slide == null) {
            return protocol;
        }
        check();
        Matcher windows = SLIDE.matcher(slide);
        windows.matches();
        try {
            return protocol.slide(
                    Integer.parseInt(windows.group(1)), Integer.parseInt(windows.group(2)));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--slide: " + e.getMessage(), e);
        }
    }
}
