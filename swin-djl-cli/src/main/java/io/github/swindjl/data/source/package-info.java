// SPDX-License-Identifier: Apache-2.0
/**
 * Finds out how a picture set lies on disk, lists its pictures in a table of bytes that is kept
 * between runs, and reads them from folders and archives.
 */
package io.github.swindjl.data.source;
