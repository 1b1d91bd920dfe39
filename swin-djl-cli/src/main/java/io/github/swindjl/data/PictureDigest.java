// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Tells picture sets apart by the names, sizes and labels of their pictures. */
public final class PictureDigest {

    private final MessageDigest digest;
    private final ByteBuffer numbers = ByteBuffer.allocate(1 + Long.BYTES + Integer.BYTES);

    /** Begins with no pictures. */
    public PictureDigest() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }

    /**
     * Digests all pictures of a source.
     *
     * @param source the pictures
     * @return SHA-256 in hexadecimal, 64 digits
     * @throws IOException if a file is gone or unreadable
     */
    static String of(PictureSource source) throws IOException {
        PictureDigest digest = new PictureDigest();
        for (int i = 0; i < source.size(); i++) {
            digest.add(source.name(i), source.bytes(i), source.label(i));
        }
        return digest.hex();
    }

    /**
     * Adds a picture.
     *
     * @param name its name
     * @param bytes the size of its file, -1 if it is not known
     * @param label its class
     */
    public void add(String name, long bytes, int label) {
        digest.update(name.getBytes(StandardCharsets.UTF_8));
        numbers.clear().put((byte) 0).putLong(bytes).putInt(label);
        digest.update(numbers.flip());
    }

    /**
     * Returns the digest of what was added, and begins anew.
     *
     * @return SHA-256 in hexadecimal, 64 digits
     */
    public String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
