// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.modality.Input;
import ai.djl.modality.cv.Image;
import ai.djl.ndarray.BytesSupplier;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import io.github.swindjl.zoo.image.Picture;
import io.github.swindjl.zoo.image.PictureReader;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Makes a picture of what a user hands over. */
interface PictureInput<I> {

    /** The kinds of input that there are, with what they are called in messages. */
    Map<Class<?>, PictureInput<?>> KINDS = kinds();

    /**
     * Reads a picture.
     *
     * @param manager for arrays in between, which it may keep until it is closed
     * @param input the user's
     */
    Picture read(NDManager manager, I input) throws IOException;

    private static Map<Class<?>, PictureInput<?>> kinds() {
        Map<Class<?>, PictureInput<?>> kinds = new LinkedHashMap<>();
        put(kinds, Image.class, PictureInput::ofImage);
        put(kinds, Path.class, (manager, file) -> PictureReader.read(file));
        put(kinds, InputStream.class, (manager, in) -> PictureReader.read(in, "The stream"));
        put(kinds, byte[].class, (manager, bytes) -> PictureReader.read(bytes, "The bytes"));
        put(kinds, Picture.class, (manager, picture) -> picture);
        put(kinds, Input.class, (manager, input) -> ofRequest(input));
        return kinds;
    }

    private static <I> void put(
            Map<Class<?>, PictureInput<?>> kinds, Class<I> type, PictureInput<I> input) {
        kinds.put(type, input);
    }

    /** Returns the types that can be read. */
    static Set<Class<?>> types() {
        return KINDS.keySet();
    }

    /**
     * Returns how a type is read.
     *
     * @throws IllegalArgumentException if it is none of {@link #types()}
     */
    static <I> PictureInput<I> of(Class<I> type) {
        @SuppressWarnings("unchecked")
        PictureInput<I> kind = (PictureInput<I>) KINDS.get(type);
        if (kind == null) {
            throw new IllegalArgumentException(
                    "A picture comes in as one of "
                            + names(types())
                            + ", not as "
                            + type.getSimpleName());
        }
        return (manager, input) -> {
            if (input == null) {
                throw new IllegalArgumentException(
                        "There is no picture: found null, expected a " + type.getSimpleName());
            }
            return kind.read(manager, input);
        };
    }

    /** Names types for a message. */
    static String names(Collection<Class<?>> types) {
        return types.stream().map(Class::getSimpleName).sorted().collect(Collectors.joining(", "));
    }

    private static Picture ofImage(NDManager manager, Image image) {
        if (image.getWrappedImage() instanceof BufferedImage pixels) {
            return Picture.of(pixels);
        }
        try (NDArray array = image.toNDArray(manager, Image.Flag.COLOR)) {
            ByteBuffer rgb = array.toByteBuffer();
            byte[] bytes = new byte[rgb.remaining()];
            rgb.get(bytes);
            return new Picture(image.getWidth(), image.getHeight(), bytes);
        }
    }

    private static Picture ofRequest(Input input) throws IOException {
        BytesSupplier data = input.getData();
        if (data == null) {
            throw new IOException("The request has no data: send a picture's file as its body");
        }
        return PictureReader.read(data.getAsBytes(), "The request's body");
    }
}
