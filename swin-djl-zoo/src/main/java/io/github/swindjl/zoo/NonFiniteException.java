// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

/** A network's output holds a value that is no finite number, so that nothing follows from it. */
public final class NonFiniteException extends ArithmeticException {

    private static final long serialVersionUID = 1L;

    /**
     * Creates an exception.
     *
     * @param place what is not finite, and what it is
     */
    public NonFiniteException(String place) {
        super(
                place
                        + ", expected a finite number: the weights are damaged or diverged in"
                        + " training, or the precision is too low for them. Try precision fp32, or"
                        + " other weights.");
    }
}
