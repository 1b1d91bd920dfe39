// SPDX-License-Identifier: Apache-2.0
/**
 * Shows results: tables, plots, annotated pictures, one self-contained HTML page, and event files
 * for TensorBoard. Nothing here computes a metric.
 */
package io.github.swindjl.report;
