// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.djl.Application;
import ai.djl.Device;
import ai.djl.inference.Predictor;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.modality.cv.output.CategoryMask;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.github.swindjl.zoo.SegmentationModel;
import io.github.swindjl.zoo.SwinModelZoo;
import io.github.swindjl.zoo.weights.BlockState;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A published segmentation network, in its full size, from files as their makers write. */
@Tag("slow")
class PublishedScenesTest {

    private static final String MODEL = "upernet_swin_tiny_patch4_window7_512x512";

    @TempDir private static Path folder;
    private static Path official;
    private static Path openMmlab;
    private static Path picture;

    @BeforeAll
    static void files() throws IOException {
        Path own = folder.resolve("own.safetensors");
        try (SegmentationModel model =
                io.github.swindjl.zoo.Swin.segmentation(MODEL).device(Device.cpu()).load()) {
            BlockState.write(model.block(), own);
        }
        official = folder.resolve("official.safetensors");
        openMmlab = folder.resolve("openmmlab.safetensors");
        run("convert", own.toString(), official.toString(), "--model", MODEL, "--to", "microsoft");
        run(
                "convert",
                official.toString(),
                openMmlab.toString(),
                "--model",
                MODEL,
                "--to",
                "openmmlab");
        Path set = folder.resolve("set");
        picture = Files.createDirectories(set.resolve("images/validation")).resolve("one.jpg");
        Path masks = Files.createDirectories(set.resolve("annotations/validation"));
        ImageIO.write(
                new BufferedImage(60, 40, BufferedImage.TYPE_3BYTE_BGR), "jpg", picture.toFile());
        BufferedImage mask = new BufferedImage(60, 40, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < 60 * 40; i++) {
            mask.getRaster().setSample(i % 60, i / 60, 0, i % 151);
        }
        ImageIO.write(mask, "png", masks.resolve("one.png").toFile());
    }

    private static String run(String... arguments) {
        TestConsole console = new TestConsole();
        assertEquals(ExitCode.OK, console.run(arguments), console.err());
        return console.out();
    }

    @Test
    void predictAndEvalTakeFilesOfEverySource() {
        JsonArray first = classes(official);
        assertEquals(first, classes(openMmlab));
        JsonObject result =
                JsonParser.parseString(
                                run(
                                        "eval",
                                        "--device",
                                        "cpu",
                                        "--model",
                                        MODEL,
                                        "--weights",
                                        openMmlab.toString(),
                                        "--data",
                                        folder.resolve("set").toString(),
                                        "--format",
                                        "json"))
                        .getAsJsonObject();
        assertEquals(1, result.get("pictures").getAsInt());
        assertTrue(result.get("miou").getAsDouble() < 0.1);
    }

    private static JsonArray classes(Path weights) {
        return JsonParser.parseString(
                        run(
                                "predict",
                                "--device",
                                "cpu",
                                "--model",
                                MODEL,
                                "--weights",
                                weights.toString(),
                                "--format",
                                "json",
                                picture.toString()))
                .getAsJsonArray()
                .get(0)
                .getAsJsonObject()
                .getAsJsonArray("classes");
    }

    @Test
    void djlUsersGetACategoryMask() throws Exception {
        Criteria<Image, CategoryMask> criteria =
                Criteria.builder()
                        .setTypes(Image.class, CategoryMask.class)
                        .optApplication(Application.CV.SEMANTIC_SEGMENTATION)
                        .optGroupId(SwinModelZoo.GROUP_ID)
                        .optArtifactId(SwinModelZoo.SEGMENTATION_ARTIFACT_ID)
                        .optDevice(Device.cpu())
                        .optFilter("name", MODEL)
                        .optArgument("weights", official.toString())
                        .build();
        try (ZooModel<Image, CategoryMask> model = criteria.loadModel();
                Predictor<Image, CategoryMask> predictor = model.newPredictor()) {
            CategoryMask mask = predictor.predict(ImageFactory.getInstance().fromFile(picture));
            assertEquals(150, mask.getClasses().size());
            assertEquals(40, mask.getMask().length);
            assertEquals(60, mask.getMask()[0].length);
        }
    }
}
