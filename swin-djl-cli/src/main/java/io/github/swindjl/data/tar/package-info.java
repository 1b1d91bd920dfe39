// SPDX-License-Identifier: Apache-2.0
/** Finds the files in tar archives. */
package io.github.swindjl.data.tar;
