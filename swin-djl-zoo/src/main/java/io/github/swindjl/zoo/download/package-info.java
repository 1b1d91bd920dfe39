// SPDX-License-Identifier: Apache-2.0
/** Brings large files from the network into a folder: resumable, checked, one process at a time. */
package io.github.swindjl.zoo.download;
