// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.blocks;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.nn.Parameter;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Handles;
import io.github.swindjl.kernels.Kernel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;

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

    /** A function of up to three arrays whose gradients are computed by other means. */
    interface Function {

        /** Computes it; arrays that there are not are null. */
        NDArray apply(NDArray x, NDArray bias, NDArray constant);

        /** Returns the gradients of x and bias from that of the result. */
        NDList gradients(NDArray x, NDArray bias, NDArray constant, NDArray gradient);
    }

    /** Computes nothing again. */
    static final Recomputation NOTHING = new Recomputation(Unit.NONE);

    private static final Kernel KEEP = Kernel.of(Recomputation.class, "keep.py", Map.of());

    private final Unit unit;
    private final long scoreBytes;
    private final Deque<Step> steps = new ArrayDeque<>();
    private DropPath dropPath = DropPath.NONE;

    /** What the backward pass does after it has come as far as a part's output. */
    private interface Step extends AutoCloseable {

        void backward();

        @Override
        void close();
    }

    /**
     * Begins a pass.
     *
     * @param unit what is computed again at a time
     */
    public Recomputation(Unit unit) {
        this(unit, 0);
    }

    private Recomputation(Unit unit, long scoreBytes) {
        this.unit = unit;
        this.scoreBytes = scoreBytes;
    }

    /**
     * Begins a pass that computes blocks again, and attention within them a few windows or heads at
     * a time.
     *
     * @param scoreBytes bytes of float32 scores that may exist at once, above 0; one head's of one
     *     window always may
     * @return the pass
     * @throws IllegalArgumentException if the number is not above 0
     */
    public static Recomputation ofBlocks(long scoreBytes) {
        if (scoreBytes < 1) {
            throw new IllegalArgumentException(
                    "Scores need memory, found a limit of " + scoreBytes + " bytes");
        }
        return new Recomputation(Unit.BLOCK, scoreBytes);
    }

    /**
     * Adds the gradient of a scalar to every parameter it was computed from, and frees the graph.
     *
     * @param loss a float32 scalar computed from the pass's outputs while recording
     */
    public void backward(NDArray loss) {
        Autograd.backward(loss);
        finish();
    }

    private void finish() {
        while (!steps.isEmpty()) {
            try (Step step = steps.pop()) {
                step.backward();
            }
        }
    }

    /** Returns what is computed again at a time. */
    Unit unit() {
        return unit;
    }

    /** Returns the most bytes of attention's scores at once, 0 without a limit. */
    long scoreBytes() {
        return scoreBytes;
    }

    /** Begins what a part needs inside. */
    Recomputation inside() {
        return new Recomputation(Unit.NONE, scoreBytes);
    }

    /** Takes over what the parts need a second time. */
    DropPath own(DropPath drawn) {
        dropPath = drawn;
        return drawn;
    }

    /**
     * Computes a part without keeping what lies inside.
     *
     * @param pass the pass that sees the part's inside
     * @param owner whose parameters the part uses
     */
    NDArray forward(Pass pass, UnaryModule owner, NDArray x, Part part) {
        boolean passesOn = Autograd.isRecorded(x);
        if (!passesOn && !isTrained(owner)) {
            return part.apply(pass, x);
        }
        NDManager manager = x.getManager();
        // Memory for what stays comes before that of what goes, so that no free space is cut up.
        NDArray y = manager.create(owner.outputShape(x.getShape()), DataType.FLOAT32);
        try (Autograd.Mode paused = Autograd.pause();
                NDManager temporary = manager.newSubManager();
                NDArray computed = part.apply(pass, x)) {
            KEEP.update(temporary, y, computed);
        }
        y.setRequiresGradient(true);
        steps.push(
                new Segment(
                        part,
                        pass,
                        Handles.share(x, manager),
                        passesOn,
                        Handles.share(y, manager)));
        return y;
    }

    private static boolean isTrained(UnaryModule owner) {
        return StateDict.of(owner).values().stream().anyMatch(Parameter::requiresGradient);
    }

    /**
     * Computes a function that knows its own gradients.
     *
     * @param x its input
     * @param bias a second input, null for none
     * @param constant without gradients, null for none
     */
    NDArray apply(Function function, NDArray x, NDArray bias, NDArray constant) {
        boolean recorded =
                Autograd.isRecording()
                        && (Autograd.isRecorded(x) || bias != null && Autograd.isRecorded(bias));
        NDArray y;
        try (Autograd.Mode paused = Autograd.pause()) {
            y = function.apply(x, bias, constant);
        }
        if (recorded) {
            y.setRequiresGradient(true);
            NDManager manager = x.getManager();
            steps.push(
                    new Call(
                            function,
                            Handles.share(x, manager),
                            bias == null ? null : Handles.share(bias, manager),
                            constant == null ? null : Handles.share(constant, manager),
                            Handles.share(y, manager)));
        }
        return y;
    }

    /**
     * A part between its input and its output.
     *
     * @param passesOn whether anything before the part has a gradient
     */
    private record Segment(Part part, Pass pass, NDArray x, boolean passesOn, NDArray y)
            implements Step {

        @Override
        public void backward() {
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
                    pass.recomputation().finish();
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
            pass.recomputation().close();
        }
    }

    /** A function between its inputs and its output. */
    private record Call(Function function, NDArray x, NDArray bias, NDArray constant, NDArray y)
            implements Step {

        @Override
        public void backward() {
            try (NDManager temporary = x.getManager().newSubManager();
                    Autograd.Mode paused = Autograd.pause()) {
                NDArray gradient = Autograd.gradient(y);
                gradient.attach(temporary);
                y.close();
                NDList gradients = function.gradients(x, bias, constant, gradient);
                gradients.attach(temporary);
                if (Autograd.isRecorded(x)) {
                    Autograd.backward(x, gradients.get(0));
                }
                if (bias != null && Autograd.isRecorded(bias)) {
                    Autograd.backward(bias, gradients.get(1));
                }
            }
        }

        @Override
        public void close() {
            x.close();
            y.close();
            if (bias != null) {
                bias.close();
            }
            if (constant != null) {
                constant.close();
            }
        }
    }

    @Override
    public void close() {
        steps.forEach(Step::close);
        steps.clear();
        dropPath.close();
    }
}
