// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.data.source;

/**
 * A file, folder or archive that cannot be used, or not wholly.
 *
 * @param name its path relative to the set's root
 * @param reason what is wrong with it
 */
public record Unreadable(String name, String reason) {}
