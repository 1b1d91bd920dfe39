// SPDX-License-Identifier: Apache-2.0
/** Published models by name, and what turns a name into a network that classifies pictures. */
package io.github.swindjl.zoo;
