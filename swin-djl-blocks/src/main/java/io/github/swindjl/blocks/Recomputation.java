// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Handles;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The backward pass of one training pass, which computes parts of the network once more instead of
 * keeping what lies between their inputs and outputs (arXiv 1604.06174).
 *
 * <p>A part runs without recording; its output begins a new graph. The backward pass of the loss
 * ends there. Then, from the last part to the first, each is computed again from its input, this
 * time recorded, and the gradient that has arrived at its output goes on through it. Parameters,
 * dropped paths and kernels are the same both times, so the gradients are those of a pass that
 * keeps everything.
 *
 * <p>For one pass and one thread. Closing frees what the parts keep; inputs of the pass must stay
 * open until then.
 */
public final class Recomputation implements AutoCloseable {

    /** What is computed again at a time. */
    public enum Unit {
        /** Nothing: all that gradients need is kept. */
        NONE,
        /** A stage: the blocks of one resolution. */
        STAGE,
        /** A block. */
        BLOCK
    }

    /** Computes a part of the network, recorded or not. */
    interface Part {
        NDArray apply(Pass pass, NDArray x);
    }

    /** Computes nothing again. */
    static final Recomputation NOTHING = new Recomputation(Unit.NONE);

    private final Unit unit;
    private final Deque<Segment> segments = new ArrayDeque<>();
    private DropPath dropPath = DropPath.NONE;

    /**
     * Begins a pass.
     *
     * @param unit what is computed again at a time
     */
    public Recomputation(Unit unit) {
        this.unit = unit;
    }

    /**
     * Adds the gradient of a scalar to every parameter it was computed from, and frees the graph.
     *
     * @param loss a float32 scalar computed from the pass's outputs while recording
     */
    public void backward(NDArray loss) {
        Autograd.backward(loss);
        while (!segments.isEmpty()) {
            try (Segment segment = segments.pop()) {
                segment.backward();
            }
        }
    }

    /** Returns what is computed again at a time. */
    Unit unit() {
        return unit;
    }

    /** Takes over what the parts need a second time. */
    DropPath own(DropPath drawn) {
        dropPath = drawn;
        return drawn;
    }

    /**
     * Computes a part without keeping what lies inside.
     *
     * @param inner the pass that sees the part's inside
     * @param owner whose parameters the part uses
     */
    NDArray forward(Pass inner, SwinModule owner, NDArray x, Part part) {
        boolean passesOn = Autograd.isRecorded(x);
        if (!passesOn && !isTrained(owner)) {
            return part.apply(inner, x);
        }
        NDArray y;
        try (Autograd.Mode paused = Autograd.pause()) {
            y = part.apply(inner, x);
        }
        y.setRequiresGradient(true);
        NDManager manager = x.getManager();
        segments.push(
                new Segment(
                        part,
                        inner,
                        Handles.share(x, manager),
                        passesOn,
                        Handles.share(y, manager)));
        return y;
    }

    private static boolean isTrained(SwinModule owner) {
        return StateDict.of(owner).values().stream().anyMatch(Parameter::requiresGradient);
    }

    /**
     * A part between its input and its output.
     *
     * @param passesOn whether anything before the part has a gradient
     */
    private record Segment(Part part, Pass pass, NDArray x, boolean passesOn, NDArray y)
            implements AutoCloseable {

        void backward() {
            try (NDManager temporary = x.getManager().newSubManager();
                    Autograd.Mode recording = Autograd.record()) {
                NDArray gradient = Autograd.gradient(y);
                gradient.attach(temporary);
                y.close(); // its values are computed again
                NDArray input = x.stopGradient();
                input.attach(temporary);
                input.setRequiresGradient(passesOn);
                NDArray again = part.apply(pass, input);
                if (Autograd.isRecorded(again)) {
                    Autograd.backward(again, gradient);
                }
                if (passesOn) {
                    NDArray further = Autograd.gradient(input);
                    further.attach(temporary);
                    Autograd.backward(x, further);
                }
            }
        }

        @Override
        public void close() {
            x.close();
            y.close();
        }
    }

    @Override
    public void close() {
        segments.forEach(Segment::close);
        segments.clear();
        dropPath.close();
    }
}
