// SPDX-License-Identifier: Apache-2.0
/** Finds out how a picture set lies on disk and opens it. */
package io.github.swindjl.data.source;
