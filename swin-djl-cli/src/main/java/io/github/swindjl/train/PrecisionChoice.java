// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

/** What a configuration may say about precision. */
public enum PrecisionChoice {
    /** bf16 on a GPU that has it, otherwise float32. */
    AUTO,
    /** float32 throughout. */
    FP32,
    /** bfloat16 products. */
    BF16,
    /** IEEE half products, with loss scaling. */
    FP16
}
