// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo.image;

import ai.djl.modality.cv.BufferedImageFactory;
import ai.djl.modality.cv.Image;
import ai.djl.modality.cv.ImageFactory;
import ai.djl.ndarray.NDArray;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;

/**
 * Lets DJL read pictures as {@link PictureReader} does: {@code ImageFactory.setImageFactory(new
 * PictureImageFactory())} makes the pixels of every {@code Image} independent of which image
 * libraries are on the class path.
 *
 * <p>Stateless, thread-safe.
 */
public final class PictureImageFactory extends ImageFactory {

    private final ImageFactory images = new BufferedImageFactory();

    /** Creates a factory. */
    public PictureImageFactory() {}

    @Override
    public Image fromFile(Path path) throws IOException {
        return fromPicture(PictureReader.read(path));
    }

    @Override
    public Image fromInputStream(InputStream in) throws IOException {
        return fromPicture(PictureReader.read(in, "The stream"));
    }

    /**
     * Gives a picture to DJL.
     *
     * @param picture the picture
     * @return an image with the same pixels
     */
    public Image fromPicture(Picture picture) {
        BufferedImage image =
                new BufferedImage(picture.width(), picture.height(), BufferedImage.TYPE_3BYTE_BGR);
        byte[] bgr = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        byte[] rgb = picture.rgb();
        for (int pixel = 0; pixel < rgb.length; pixel += Picture.CHANNELS) {
            bgr[pixel] = rgb[pixel + 2];
            bgr[pixel + 1] = rgb[pixel + 1];
            bgr[pixel + 2] = rgb[pixel];
        }
        return images.fromImage(image);
    }

    @Override
    public Image fromImage(Object image) {
        return images.fromImage(image);
    }

    @Override
    public Image fromNDArray(NDArray array) {
        return images.fromNDArray(array);
    }

    @Override
    public Image fromPixels(int[] pixels, int width, int height) {
        return images.fromPixels(pixels, width, height);
    }
}
