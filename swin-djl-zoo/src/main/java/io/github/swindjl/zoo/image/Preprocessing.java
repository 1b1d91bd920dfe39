// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import java.util.List;

/**
 * A {@link Protocol} resolved for one input size: everything that happens to a picture between the
 * file and the network.
 *
 * <p>Immutable; safe for use by many threads. All components are plain values, so the record can be
 * written to and read from JSON as it is.
 *
 * @param protocol where the rule comes from
 * @param fit how the picture is resized
 * @param resizeHeight the height that {@code fit} aims at
 * @param resizeWidth the width that {@code fit} aims at
 * @param height the network's input height; what {@code fit} leaves beyond it is cropped
 * @param width the network's input width
 * @param interpolation the resampling filter
 * @param mean what is subtracted from red, green and blue in 0..1
 * @param std what the differences are divided by
 */
public record Preprocessing(
        Protocol protocol,
        Fit fit,
        int resizeHeight,
        int resizeWidth,
        int height,
        int width,
        Interpolation interpolation,
        List<Float> mean,
        List<Float> std) {

    /** The mean of ImageNet's red, green and blue that all published checkpoints use. */
    public static final List<Float> IMAGENET_MEAN = List.of(0.485f, 0.456f, 0.406f);

    /** The standard deviation of ImageNet's red, green and blue. */
    public static final List<Float> IMAGENET_STD = List.of(0.229f, 0.224f, 0.225f);

    /** The input size from which the official code and timm take in the whole picture. */
    private static final int WHOLE_PICTURE_SIZE = 384;

    /** How a picture is brought to the size from which the input is cropped. */
    public enum Fit {
        /** Keeps the aspect ratio; covers the target; the longer side is rounded down. */
        COVER,
        /** Keeps the aspect ratio; covers the target; both sides are rounded half to even. */
        COVER_ROUNDED,
        /** Becomes the target; the aspect ratio is not kept. */
        SQUASH,
        /** Stays as it is and must have the input size. */
        NONE
    }

    /**
     * Checks sizes and channel counts.
     *
     * @param protocol where the rule comes from
     * @param fit how the picture is resized
     * @param resizeHeight the height that {@code fit} aims at
     * @param resizeWidth the width that {@code fit} aims at
     * @param height the network's input height
     * @param width the network's input width
     * @param interpolation the resampling filter
     * @param mean the subtrahends, three
     * @param std the divisors, three, above 0
     * @throws IllegalArgumentException if the input size is below 1 or does not fit into what the
     *     resizing aims at, or if there are not three means and three positive deviations
     */
    public Preprocessing {
        if (height < 1 || width < 1) {
            throw new IllegalArgumentException(
                    "The input size must be at least 1x1, got " + width + "x" + height);
        }
        if (resizeHeight < height || resizeWidth < width) {
            throw new IllegalArgumentException(
                    String.format(
                            "Cannot crop the input size %dx%d from pictures resized to %dx%d",
                            width, height, resizeWidth, resizeHeight));
        }
        mean = List.copyOf(mean);
        std = List.copyOf(std);
        if (mean.size() != Picture.CHANNELS
                || std.size() != Picture.CHANNELS
                || std.stream().anyMatch(value -> !(value > 0))) {
            throw new IllegalArgumentException(
                    "Expected three means and three deviations above 0, got "
                            + mean
                            + " and "
                            + std);
        }
    }

    /**
     * Resolves a protocol by its name.
     *
     * @param protocol the protocol
     * @param height the network's input height
     * @param width the network's input width
     * @param torchvisionResize the length of the short side that torchvision publishes for the
     *     model; 0 if it publishes none; only {@link Protocol#TORCHVISION} looks at it
     * @return the preprocessing, bicubic, with ImageNet's mean and deviation
     * @throws IllegalArgumentException if a size is below 1, or if torchvision's protocol lacks its
     *     size
     */
    public static Preprocessing of(
            Protocol protocol, int height, int width, int torchvisionResize) {
        return switch (protocol) {
            case OFFICIAL -> official(height, width);
            case OFFICIAL_CROP -> officialCrop(Protocol.OFFICIAL_CROP, height, width);
            case OFFICIAL_WHOLE -> squash(Protocol.OFFICIAL_WHOLE, height, width);
            case TIMM -> timm(height, width);
            case TORCHVISION -> torchvision(height, width, torchvisionResize);
            case HF -> squash(Protocol.HF, height, width);
            case NONE -> bicubic(Protocol.NONE, Fit.NONE, height, width, height, width);
        };
    }

    /**
     * Microsoft's evaluation. For an input that is not square the rule holds for each side.
     *
     * @param height the network's input height
     * @param width the network's input width
     * @return the preprocessing
     * @throws IllegalArgumentException if a size is below 1
     */
    public static Preprocessing official(int height, int width) {
        if (Math.min(height, width) >= WHOLE_PICTURE_SIZE) {
            return squash(Protocol.OFFICIAL, height, width);
        }
        return officialCrop(Protocol.OFFICIAL, height, width);
    }

    private static Preprocessing officialCrop(Protocol protocol, int height, int width) {
        double margin = 256.0 / 224;
        return bicubic(
                protocol,
                Fit.COVER,
                (int) (margin * height),
                (int) (margin * width),
                height,
                width);
    }

    /**
     * timm's evaluation.
     *
     * @param height the network's input height
     * @param width the network's input width
     * @return the preprocessing
     * @throws IllegalArgumentException if a size is below 1
     */
    public static Preprocessing timm(int height, int width) {
        double cropShare = Math.min(height, width) >= WHOLE_PICTURE_SIZE ? 1.0 : 0.9;
        return bicubic(
                Protocol.TIMM,
                height == width ? Fit.COVER : Fit.COVER_ROUNDED,
                (int) (height / cropShare),
                (int) (width / cropShare),
                height,
                width);
    }

    /**
     * torchvision's presets.
     *
     * @param height the network's input height
     * @param width the network's input width
     * @param resize the length that belongs to the input's shorter side; its longer side's grows
     *     with the input
     * @return the preprocessing
     * @throws IllegalArgumentException if an input size is below 1 or {@code resize} is below the
     *     input's shorter side
     */
    public static Preprocessing torchvision(int height, int width, int resize) {
        int shorter = Math.min(height, width);
        if (shorter >= 1 && resize < shorter) {
            throw new IllegalArgumentException(
                    "The torchvision protocol needs a resize size of at least "
                            + shorter
                            + ", got "
                            + resize
                            + " (torchvision publishes one per model): choose another protocol");
        }
        return bicubic(
                Protocol.TORCHVISION,
                Fit.COVER,
                scaled(resize, height, shorter),
                scaled(resize, width, shorter),
                height,
                width);
    }

    /**
     * Returns the same protocol for another input size. The length that torchvision publishes grows
     * with the input's shorter side.
     *
     * @param otherHeight the network's input height
     * @param otherWidth the network's input width
     * @return the preprocessing, with this one's filter, mean and deviation
     * @throws IllegalArgumentException if a size is below 1
     */
    public Preprocessing at(int otherHeight, int otherWidth) {
        int shorter = Math.min(otherHeight, otherWidth);
        int resize = scaled(Math.min(resizeHeight, resizeWidth), shorter, Math.min(height, width));
        Preprocessing other = of(protocol, otherHeight, otherWidth, resize);
        return new Preprocessing(
                protocol,
                other.fit,
                other.resizeHeight,
                other.resizeWidth,
                otherHeight,
                otherWidth,
                interpolation,
                mean,
                std);
    }

    private static Preprocessing squash(Protocol protocol, int height, int width) {
        return bicubic(protocol, Fit.SQUASH, height, width, height, width);
    }

    private static Preprocessing bicubic(
            Protocol protocol, Fit fit, int resizeHeight, int resizeWidth, int height, int width) {
        return new Preprocessing(
                protocol,
                fit,
                resizeHeight,
                resizeWidth,
                height,
                width,
                Interpolation.BICUBIC,
                IMAGENET_MEAN,
                IMAGENET_STD);
    }

    /**
     * Resizes and crops a picture to the input size. Only the part that the crop keeps is computed.
     *
     * @param picture any picture; for {@link Fit#NONE} one of the input size
     * @return a picture of {@link #width()} times {@link #height()} pixels
     * @throws IllegalArgumentException for {@link Fit#NONE} if the picture has another size; for
     *     the covering fits if the picture is so long and thin that its resized length overflows
     */
    public Picture apply(Picture picture) {
        if (fit == Fit.NONE) {
            checkSize(picture);
            return picture;
        }
        PictureSize size = resized(picture.width(), picture.height());
        return Resizer.resizeAndCrop(
                picture,
                size.width(),
                size.height(),
                interpolation,
                Crops.offset(size.width(), width),
                Crops.offset(size.height(), height),
                width,
                height);
    }

    /**
     * Does the same with a file, of which only what the crop needs is decoded.
     *
     * @param file any picture; for {@link Fit#NONE} one of the input size
     * @return the very picture that {@link #apply(Picture)} makes of the whole
     * @throws PictureException if the file is truncated or corrupt; corrupt data below what a
     *     JPEG's crop needs go unnoticed
     * @throws IllegalArgumentException as for {@link #apply(Picture)}
     */
    public Picture apply(PictureFile file) throws PictureException {
        if (fit == Fit.NONE) {
            return apply(file.whole());
        }
        PictureSize size = resized(file.size().width(), file.size().height());
        return Resizer.resizeAndCrop(
                file,
                size.width(),
                size.height(),
                interpolation,
                Crops.offset(size.width(), width),
                Crops.offset(size.height(), height),
                width,
                height);
    }

    /** Returns the size before the crop. */
    private PictureSize resized(int pictureWidth, int pictureHeight) {
        if (fit == Fit.SQUASH) {
            return new PictureSize(resizeWidth, resizeHeight);
        }
        if (fit == Fit.COVER_ROUNDED) {
            double shrink =
                    Math.min(
                            (double) pictureHeight / resizeHeight,
                            (double) pictureWidth / resizeWidth);
            return new PictureSize(
                    toInt(Math.rint(pictureWidth / shrink)),
                    toInt(Math.rint(pictureHeight / shrink)));
        }
        boolean narrow = (long) pictureWidth * resizeHeight <= (long) pictureHeight * resizeWidth;
        return narrow
                ? new PictureSize(resizeWidth, scaled(resizeWidth, pictureHeight, pictureWidth))
                : new PictureSize(scaled(resizeHeight, pictureWidth, pictureHeight), resizeHeight);
    }

    /** The side that belongs to {@code side} when another goes from {@code from} to {@code to}. */
    private static int scaled(int to, int side, int from) {
        return toInt((double) ((long) to * side) / from);
    }

    private static int toInt(double side) {
        if (side > Integer.MAX_VALUE) {
            throw new IllegalArgumentException(
                    "The picture is too long and thin: it would be resized to a side of "
                            + (long) side
                            + " pixels");
        }
        return (int) side;
    }

    private void checkSize(Picture picture) {
        if (picture.width() != width || picture.height() != height) {
            throw new IllegalArgumentException(
                    String.format(
                            "The picture is %dx%d, but the model takes %dx%d and nothing resizes"
                                    + " it: resize it, or choose another protocol than none",
                            picture.width(), picture.height(), width, height));
        }
    }

    /**
     * Turns a picture of the input size into the network's input.
     *
     * @param picture a picture as {@link #apply(Picture)} returns it
     * @return {@code (x / 255 - mean) / std} in float32, in the order channel, row, column
     * @throws IllegalArgumentException if the picture has another size
     */
    public float[] normalized(Picture picture) {
        float[] out = new float[picture.rgb().length];
        normalize(picture, out, 0);
        return out;
    }

    /**
     * Writes what {@link #normalized(Picture)} returns into a part of an array.
     *
     * @param picture a picture as {@link #apply(Picture)} returns it
     * @param out takes {@code 3 * height * width} values
     * @param offset the index of the first of them
     * @throws IllegalArgumentException if the picture has another size
     */
    public void normalize(Picture picture, float[] out, int offset) {
        checkSize(picture);
        byte[] rgb = picture.rgb();
        float[] values = new float[256];
        int to = offset;
        for (int channel = 0; channel < Picture.CHANNELS; channel++) {
            // Each step rounds to float32, as torchvision's ToTensor and Normalize do.
            for (int x = 0; x < values.length; x++) {
                values[x] = (x / 255f - mean.get(channel)) / std.get(channel);
            }
            for (int from = channel; from < rgb.length; from += Picture.CHANNELS) {
                out[to++] = values[rgb[from] & 0xFF];
            }
        }
    }
}
