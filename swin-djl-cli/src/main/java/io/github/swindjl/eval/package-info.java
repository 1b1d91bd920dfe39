// SPDX-License-Identifier: Apache-2.0
/** Metrics that are exact and can be merged, and the file in which an evaluation is kept. */
package io.github.swindjl.eval;
