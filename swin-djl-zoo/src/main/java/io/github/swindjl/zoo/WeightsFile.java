// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import java.net.URI;

/**
 * A published file of weights.
 *
 * @param address where it can be had
 * @param name what to call it, null for the last part of the address
 * @param sha256 the first hexadecimal digits of its hash, null if none are published
 */
public record WeightsFile(URI address, String name, String sha256) {

    public WeightsFile {
        if (address == null) {
            throw new IllegalArgumentException("A file of weights needs an address");
        }
        if (name == null) {
            String path = address.getPath();
            name = path.substring(path.lastIndexOf('/') + 1);
        }
    }
}
