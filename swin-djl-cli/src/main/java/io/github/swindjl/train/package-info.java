// SPDX-License-Identifier: Apache-2.0
/**
 * Training: schedule, optimizer, loop and checkpoints.
 *
 * <p>Everything random follows from the seed and a position in the run, so that a run can be
 * repeated and resumed exactly. Nothing here prints: progress goes to listeners.
 */
package io.github.swindjl.train;
