// SPDX-License-Identifier: Apache-2.0
/**
 * Pictures with a class for each pixel: the files of a set in the layout of ADE20K, their rules,
 * and the random changes of pictures and masks together.
 */
package io.github.swindjl.data.segment;
