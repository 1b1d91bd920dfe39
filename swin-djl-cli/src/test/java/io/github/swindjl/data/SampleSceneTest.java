// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.Shape;
import java.awt.image.BufferedImage;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SampleSceneTest {

    private static final int SIDE = 96;

    /** The mask must agree with the smooth drawing wherever a pixel is wholly in or wholly out. */
    @Test
    void masksAgreeWithTheDrawingToThePixel() {
        int inside = 0;
        for (int seed = 0; seed < 60; seed++) {
            Motif first = Motif.values()[seed % Motif.values().length];
            SampleScene scene = SampleScene.several(first, SIDE, new SplittableRandom(seed));
            List<SampleScene.Placed> placed = scene.placed();
            assertEquals(first, placed.get(0).motif());
            int[][] cover = placed.stream().map(p -> coverage(p.outline())).toArray(int[][]::new);
            for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
                int label = label(scene, pixel);
                int top = placed.size() - 1;
                while (top >= 0 && cover[top][pixel] == 0) {
                    top--;
                }
                if (top < 0) {
                    assertTrue(
                            label == SampleScene.BACKDROP_LABEL || label == SampleScene.OTHER_LABEL,
                            "label " + label);
                } else if (cover[top][pixel] == 255) {
                    assertEquals(placed.get(top).motif().ordinal() + 1, label);
                    inside++;
                }
            }
        }
        assertTrue(inside > 60 * SIDE, "inside " + inside);
    }

    /** Moving the mask by a pixel or two must make it fit the finished picture less well. */
    @Test
    void masksFitThePixelsOfTheFinishedPicture() {
        double exact = edgeContrast(0, 0);
        for (int[] shift : new int[][] {{1, 0}, {-1, 0}, {0, 1}, {0, -1}, {2, 2}, {-2, 2}}) {
            double moved = edgeContrast(shift[0], shift[1]);
            assertTrue(moved < 0.9 * exact, "exact " + exact + ", moved " + moved);
        }
    }

    @Test
    void drawsTheSameAgainAndOtherwiseForAnotherSeed() {
        for (Motif motif : Motif.values()) {
            SampleScene scene = SampleScene.single(motif, 64, new SplittableRandom(5));
            SampleScene again = SampleScene.single(motif, 64, new SplittableRandom(5));
            SampleScene other = SampleScene.single(motif, 64, new SplittableRandom(6));
            assertEquals(0, differences(scene.picture(), again.picture()));
            assertEquals(0, differences(scene.mask(), again.mask()));
            assertTrue(differences(scene.picture(), other.picture()) > 3000);
        }
    }

    @Test
    void everyMotifIsLargeEnoughAndMostlyInThePicture() {
        for (Motif motif : Motif.values()) {
            for (int seed = 0; seed < 40; seed++) {
                SampleScene scene = SampleScene.single(motif, 64, new SplittableRandom(seed));
                int pixels = 0;
                for (int pixel = 0; pixel < 64 * 64; pixel++) {
                    pixels += label(scene, pixel) == motif.ordinal() + 1 ? 1 : 0;
                }
                assertTrue(pixels > 200 && pixels < 64 * 64 / 1.5, motif + " has " + pixels);
            }
        }
    }

    @Test
    void picturesOfSeveralShowEveryMotif() {
        Set<Motif> seen = EnumSet.noneOf(Motif.class);
        int objects = 0;
        for (int seed = 0; seed < 100; seed++) {
            SampleScene scene = SampleScene.several(Motif.DISC, SIDE, new SplittableRandom(seed));
            assertTrue(scene.placed().size() <= 4);
            objects += scene.placed().size();
            scene.placed().forEach(placed -> seen.add(placed.motif()));
        }
        assertEquals(EnumSet.allOf(Motif.class), seen);
        assertTrue(objects > 220, "objects " + objects);
    }

    /** Mean brightness step from outside to inside along the mask's edge, over plain motifs. */
    private static double edgeContrast(int shiftX, int shiftY) {
        double sum = 0;
        int count = 0;
        for (int seed = 0; seed < 40; seed++) {
            SampleScene scene = SampleScene.single(Motif.DISC, SIDE, new SplittableRandom(seed));
            double contrast = 0;
            int edges = 0;
            for (int y = 4; y < SIDE - 4; y++) {
                for (int x = 4; x < SIDE - 5; x++) {
                    int left = label(scene, y * SIDE + x);
                    int right = label(scene, y * SIDE + x + 1);
                    int disc = Motif.DISC.ordinal() + 1;
                    if (left == disc ^ right == disc) {
                        double step =
                                brightness(scene, x + shiftX + 1, y + shiftY)
                                        - brightness(scene, x + shiftX, y + shiftY);
                        contrast += right == disc ? step : -step;
                        edges++;
                    }
                }
            }
            sum += Math.abs(contrast);
            count += edges;
        }
        return sum / count;
    }

    private static double brightness(SampleScene scene, int x, int y) {
        Color color = new Color(scene.picture().getRGB(x, y));
        return color.getRed() + color.getGreen() + color.getBlue();
    }

    private static int[] coverage(Shape outline) {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(
                RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(
                RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.fill(outline);
        graphics.dispose();
        return image.getRaster().getSamples(0, 0, SIDE, SIDE, 0, (int[]) null);
    }

    private static int label(SampleScene scene, int pixel) {
        int width = scene.mask().getWidth();
        return scene.mask().getRaster().getSample(pixel % width, pixel / width, 0);
    }

    private static int differences(BufferedImage a, BufferedImage b) {
        int[] left = a.getRaster().getPixels(0, 0, a.getWidth(), a.getHeight(), (int[]) null);
        int[] right = b.getRaster().getPixels(0, 0, b.getWidth(), b.getHeight(), (int[]) null);
        int count = 0;
        for (int i = 0; i < left.length; i++) {
            count += left[i] == right[i] ? 0 : 1;
        }
        return count;
    }
}
