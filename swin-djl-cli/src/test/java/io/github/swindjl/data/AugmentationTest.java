// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.TestData;
import io.github.swindjl.zoo.image.Interpolation;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureFile;
import io.github.swindjl.zoo.image.PictureReader;
import io.github.swindjl.zoo.image.Resizer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AugmentationTest {

    private static final Picture PICTURE = Pictures.coordinates(20, 10);

    @Test
    void flipsAtTheGivenRate() {
        assertSame(PICTURE, new HorizontalFlip(0).apply(PICTURE, new SplittableRandom(1)));
        Picture flipped = new HorizontalFlip(1).apply(PICTURE, new SplittableRandom(1));
        assertEquals(PICTURE.flipHorizontal(), flipped);
        SplittableRandom random = new SplittableRandom(7);
        int flips = 0;
        for (int i = 0; i < 10_000; i++) {
            flips += new HorizontalFlip(0.25).apply(PICTURE, random) == PICTURE ? 0 : 1;
        }
        // Five standard deviations of a binomial.
        assertEquals(2500, flips, 5 * Math.sqrt(10_000 * 0.25 * 0.75));
    }

    @Test
    void chainsInOrder() {
        Picture one = Pictures.coordinates(1, 1);
        Picture two = Pictures.coordinates(2, 2);
        Augmentation chain =
                Augmentation.of(
                        List.of(
                                (picture, random) -> picture == PICTURE ? one : picture,
                                (picture, random) -> picture == one ? two : picture));
        assertSame(two, chain.apply(PICTURE, new SplittableRandom(0)));
        assertSame(PICTURE, Augmentation.of(List.of()).apply(PICTURE, new SplittableRandom(0)));
    }

    @Test
    void stepsOfAChainDrawFromOneStream() {
        Augmentation chain =
                Augmentation.of(
                        List.of(
                                RandomResizedCrop.imagenet(
                                        8, FilterChoice.of(Interpolation.BICUBIC)),
                                new HorizontalFlip(0.5)));
        Picture first = chain.apply(PICTURE, new SplittableRandom(5));
        assertEquals(first, chain.apply(PICTURE, new SplittableRandom(5)));
        assertNotEquals(first, chain.apply(PICTURE, new SplittableRandom(6)));
    }

    @Test
    void resizedCropEqualsCropThenResize() {
        RandomResizedCrop crop =
                RandomResizedCrop.imagenet(8, FilterChoice.of(Interpolation.BICUBIC));
        for (int seed = 0; seed < 50; seed++) {
            RandomResizedCrop.Box box = crop.draw(20, 10, new SplittableRandom(seed));
            Picture part = PICTURE.crop(box.x(), box.y(), box.width(), box.height());
            assertEquals(
                    Resizer.resize(part, 8, 8, Interpolation.BICUBIC),
                    crop.apply(PICTURE, new SplittableRandom(seed)));
        }
    }

    @Test
    void aFileGivesTheSameAsItsPicture() throws IOException {
        PictureFile file = PictureReader.open(TestData.file("images/photo.jpg"));
        Augmentation flip = new HorizontalFlip(0.5);
        FilterChoice filters = FilterChoice.RANDOM;
        for (List<Augmentation> steps :
                List.of(
                        List.<Augmentation>of(),
                        List.of(flip),
                        List.of(RandomResizedCrop.imagenet(32, filters), flip),
                        List.of(flip, RandomResizedCrop.imagenet(32, filters)))) {
            Augmentation chain = Augmentation.of(steps);
            for (int seed = 0; seed < 6; seed++) {
                List<String> notes = new ArrayList<>();
                List<String> again = new ArrayList<>();
                assertEquals(
                        chain.apply(
                                file.whole(),
                                new SplittableRandom(seed),
                                (format, values) -> notes.add(String.format(format, values))),
                        chain.apply(
                                file,
                                new SplittableRandom(seed),
                                (format, values) -> again.add(String.format(format, values))));
                assertEquals(notes, again);
            }
        }
    }

    @Test
    void resizedCropHasTheDefinedDistribution() {
        int side = 1000;
        int draws = 40_000;
        RandomResizedCrop crop =
                new RandomResizedCrop(
                        8, 0.08, 0.5, 3.0 / 4, 4.0 / 3, FilterChoice.of(Interpolation.BILINEAR));
        SplittableRandom random = new SplittableRandom(11);
        double area = 0;
        double areaSquare = 0;
        double logRatio = 0;
        double logRatioSquare = 0;
        double placeX = 0;
        double placeY = 0;
        for (int i = 0; i < draws; i++) {
            RandomResizedCrop.Box box = crop.draw(side, side, random);
            double share = (double) box.width() * box.height() / side / side;
            double log = Math.log((double) box.width() / box.height());
            assertTrue(share > 0.079 && share < 0.501, "share " + share);
            assertTrue(Math.abs(log) < Math.log(4.0 / 3) + 0.005, "log ratio " + log);
            area += share / draws;
            areaSquare += share * share / draws;
            logRatio += log / draws;
            logRatioSquare += log * log / draws;
            placeX += (double) box.x() / (side - box.width()) / draws;
            placeY += (double) box.y() / (side - box.height()) / draws;
        }
        // Moments of uniform distributions; bounds of about five standard errors.
        assertEquals(0.29, area, 0.0035);
        assertEquals(0.42 * 0.42 / 12, areaSquare - area * area, 0.0004);
        assertEquals(0, logRatio, 0.005);
        assertEquals(Math.pow(2 * Math.log(4.0 / 3), 2) / 12, logRatioSquare, 0.001);
        assertEquals(0.5, placeX, 0.008);
        assertEquals(0.5, placeY, 0.008);
    }

    @ParameterizedTest
    @CsvSource({
        // Nothing of the whole area fits: the largest central part of an allowed shape.
        "100, 10, 13, 10, 43, 0",
        "10, 100, 10, 13, 0, 43",
        // Halves round to even: 10 * 1.25 = 12.5, 14 * 1.25 = 17.5.
        "100, 14, 19, 14, 40, 0",
        "1, 1, 1, 1, 0, 0",
        "2000, 1, 1, 1, 999, 0",
        "1, 2000, 1, 1, 0, 999",
    })
    void resizedCropFallsBackToTheCentre(
            int width, int height, int cropWidth, int cropHeight, int x, int y) {
        RandomResizedCrop crop =
                new RandomResizedCrop(
                        4, 1, 1, 3.0 / 4, 4.0 / 3, FilterChoice.of(Interpolation.BILINEAR));
        assertEquals(
                new RandomResizedCrop.Box(x, y, cropWidth, cropHeight),
                crop.draw(width, height, new SplittableRandom(1)));
    }

    @Test
    void fallbackRoundsHalvesToEven() {
        RandomResizedCrop crop =
                new RandomResizedCrop(4, 1, 1, 0.9, 1.25, FilterChoice.of(Interpolation.BILINEAR));
        assertEquals(12, crop.draw(100, 10, new SplittableRandom(1)).width());
        assertEquals(18, crop.draw(100, 14, new SplittableRandom(1)).width());
    }

    @Test
    void fallbackKeepsAPictureOfAnAllowedShapeWhole() {
        // 4x3 is allowed, but an area of exactly 12 pixels never has a square shape that fits.
        RandomResizedCrop crop =
                new RandomResizedCrop(4, 1, 1, 1, 1.34, FilterChoice.of(Interpolation.BILINEAR));
        int whole = 0;
        for (int seed = 0; seed < 100; seed++) {
            RandomResizedCrop.Box box = crop.draw(40, 30, new SplittableRandom(seed));
            whole += box.equals(new RandomResizedCrop.Box(0, 0, 40, 30)) ? 1 : 0;
        }
        assertTrue(whole > 50, "whole " + whole);
    }

    @Test
    void paddedCropReachesEveryPlaceAndPadsWithBlack() {
        PaddedRandomCrop crop = new PaddedRandomCrop(8, 4);
        Picture source = Pictures.coordinates(8, 8);
        boolean[] seen = new boolean[81];
        for (int seed = 0; seed < 2000; seed++) {
            SplittableRandom again = new SplittableRandom(seed);
            int top = again.nextInt(9) - 4;
            int left = again.nextInt(9) - 4;
            seen[(top + 4) * 9 + left + 4] = true;
            Picture result = crop.apply(source, new SplittableRandom(seed));
            for (int y = 0; y < 8; y++) {
                for (int x = 0; x < 8; x++) {
                    int fromX = x + left;
                    int fromY = y + top;
                    boolean inside = fromX >= 0 && fromX < 8 && fromY >= 0 && fromY < 8;
                    int at = 3 * (8 * y + x);
                    assertEquals(inside ? fromX : 0, result.rgb()[at]);
                    assertEquals(inside ? fromY : 0, result.rgb()[at + 1]);
                    assertEquals(inside ? 7 : 0, result.rgb()[at + 2]);
                }
            }
        }
        for (boolean place : seen) {
            assertTrue(place);
        }
    }

    @Test
    void paddedCropMayLieWhollyInTheBorder() {
        PaddedRandomCrop crop = new PaddedRandomCrop(2, 6);
        for (int seed = 0; seed < 200; seed++) {
            Picture result = crop.apply(Pictures.coordinates(1, 1), new SplittableRandom(seed));
            assertEquals(2, result.width());
            assertEquals(2, result.height());
        }
    }

    @Test
    void refusesWhatMakesNoSense() {
        assertMessage("from 0 to 1", () -> new HorizontalFlip(1.1));
        assertMessage("from 0 to 1", () -> new HorizontalFlip(Double.NaN));
        assertMessage(
                "side",
                () -> RandomResizedCrop.imagenet(0, FilterChoice.of(Interpolation.BICUBIC)));
        assertMessage("scales 0.0 to 1.0", () -> crop(0, 1, 1, 1));
        assertMessage("scales 0.5 to 0.4", () -> crop(0.5, 0.4, 1, 1));
        assertMessage("scales 0.5 to 1.5", () -> crop(0.5, 1.5, 1, 1));
        assertMessage("ratios 0.0 to 1.0", () -> crop(0.5, 1, 0, 1));
        assertMessage("ratios 2.0 to 1.0", () -> crop(0.5, 1, 2, 1));
        assertMessage("padding -1", () -> new PaddedRandomCrop(8, -1));
        assertMessage("side 0", () -> new PaddedRandomCrop(0, 1));
        assertMessage(
                "no room for a crop of 32x32",
                () -> new PaddedRandomCrop(32, 4).apply(PICTURE, new SplittableRandom(1)));
    }

    private static RandomResizedCrop crop(double s0, double s1, double r0, double r1) {
        return new RandomResizedCrop(8, s0, s1, r0, r1, FilterChoice.of(Interpolation.BICUBIC));
    }

    private static void assertMessage(String words, Runnable call) {
        String message = assertThrows(IllegalArgumentException.class, call::run).getMessage();
        assertTrue(message.contains(words), message);
    }
}
