// SPDX-License-Identifier: Apache-2.0
/**
 * Brings large files from the network into a folder: resumable, checked, one process at a time.
 *
 * <p>Nothing here is API but {@link io.github.swindjl.zoo.download.DownloadException}; {@link
 * io.github.swindjl.zoo.Pretrained} is the way to published weights.
 */
package io.github.swindjl.zoo.download;
