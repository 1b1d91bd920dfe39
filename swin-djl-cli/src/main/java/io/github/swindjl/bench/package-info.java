// SPDX-License-Identifier: Apache-2.0
/**
 * Measures how fast a network infers and trains, and what memory that takes: the steps that are
 * timed, their statistics, and results in the columns of timm's benchmark.
 */
package io.github.swindjl.bench;
