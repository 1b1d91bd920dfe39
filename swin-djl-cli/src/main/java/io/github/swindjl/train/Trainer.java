// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.train;

import ai.djl.Device;
import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.training.ParameterStore;
import ai.djl.util.PairList;
import io.github.swindjl.blocks.ForwardOptions;
import io.github.swindjl.blocks.Recomputation;
import io.github.swindjl.kernels.Autograd;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.config.MemoryChoice;
import io.github.swindjl.train.config.MemoryMode;
import io.github.swindjl.train.config.TrainConfig;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.util.DoubleSummaryStatistics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * The training loop.
 *
 * <p>One update is: some forward and backward passes, then an {@link UpdateStep}, then the average
 * of the parameters where one is kept. Losses and counts stay on the device between reports, so the
 * loop waits for it only every {@code log_every} updates. After an epoch come evaluation (of the
 * average, where one is kept), a row of history and a checkpoint. A run that was stopped and
 * resumed ends with the same parameters as one that was not.
 *
 * <p>Updates whose gradients are not finite are left out; too many in a row end the run.
 *
 * <p>{@link #run()} and {@link #resume} are for one thread, {@link #requestStop()} for any. Closing
 * frees the optimizer's memory and thaws what was frozen; the network stays its owner's.
 */
public final class Trainer implements AutoCloseable {

    private final TrainingSetup setup;
    private final TrainConfig config;
    private final TrainingTask task;
    private final Learner learner;
    private final Schedule schedule;
    private final int accumulate;
    private final long updatesPerEpoch;
    private final Checkpoints checkpoints;
    private final History history;

    private CheckpointState position;
    private Checkpoint saved;
    private boolean endsEarly;
    private volatile boolean stopRequested;

    /** Where an epoch is. */
    private record Progress(
            int epoch,
            TrainingTask.Batches batches,
            Stopwatch watch,
            DoubleSummaryStatistics norms) {}

    /**
     * Prepares a run from its beginning.
     *
     * @param setup what the run is made of
     * @throws IOException if the history or the memory mode cannot be read
     * @throws IllegalArgumentException if the data is too small for one update, the device cannot
     *     compute in the precision asked for, or the configuration names a part that the network
     *     does not have
     */
    public Trainer(TrainingSetup setup) throws IOException {
        this.setup = setup;
        config = setup.config();
        task = setup.task();
        accumulate = config.training().accumulate();
        updatesPerEpoch = task.batchesPerEpoch() / accumulate;
        if (updatesPerEpoch < 1) {
            throw new IllegalArgumentException(
                    "The training data makes "
                            + task.batchesPerEpoch()
                            + " full batches of "
                            + config.training().batchSize()
                            + ", one update needs "
                            + accumulate
                            + "; lower training.batch_size or training.accumulate");
        }
        learner = learner(setup, updatesPerEpoch);
        schedule = Schedule.of(config, updatesPerEpoch);
        checkpoints = setup.directory().checkpoints(config.checkpoints());
        history = setup.directory().history();
        position = new CheckpointState(0, 0, 0, config.seed(), 0, null);
    }

    /** What {@code memory: auto} means is decided once, so that a run ends as if never stopped. */
    private static Learner learner(TrainingSetup setup, long updatesPerEpoch) throws IOException {
        TrainConfig config = setup.config();
        boolean decides = config.memory() == MemoryChoice.AUTO;
        Optional<MemoryMode> first = decides ? setup.directory().memoryMode() : Optional.empty();
        Learner learner = new Learner(setup.network(), config, updatesPerEpoch, first);
        if (decides && first.isEmpty()) {
            setup.directory().keepMemoryMode(learner.memoryPlan().mode());
        }
        return learner;
    }

    /**
     * Continues from a checkpoint instead of the beginning.
     *
     * @param checkpoint a checkpoint of a run with the same configuration
     * @throws IOException if its files cannot be read or are not of this network
     * @throws IllegalArgumentException if it belongs to a run with another seed
     */
    public void resume(Checkpoint checkpoint) throws IOException {
        if (checkpoint.state().seed() != config.seed()) {
            throw new IllegalArgumentException(
                    checkpoint.directory()
                            + " has seed "
                            + checkpoint.state().seed()
                            + ", this run has seed "
                            + config.seed()
                            + "; a run goes on with the seed it began with");
        }
        learner.load(checkpoint);
        position = checkpoint.state();
        saved = checkpoint;
    }

    /** Makes {@link #run()} save and return after the update under way. For any thread. */
    public void requestStop() {
        stopRequested = true;
    }

    /**
     * Trains to the end, or until a stop is requested.
     *
     * @return where the run is when this returns
     * @throws IOException if data cannot be read or results cannot be written
     * @throws TrainingException if the gradients of too many updates in a row were not finite
     */
    public CheckpointState run() throws IOException {
        try (CpuThreads threads = CpuThreads.of(config, setup.network())) {
            return train();
        }
    }

    private CheckpointState train() throws IOException {
        setup.listener()
                .started(
                        new TrainingListener.Plan(
                                learner.trainedValues(),
                                config.training().epochs(),
                                updatesPerEpoch,
                                position));
        endsEarly = isEndDue();
        while (isUnfinished() && !stopRequested) {
            trainEpoch(position.epoch());
        }
        if (isUnfinished()) {
            boolean onDisk = saved != null && saved.state().equals(position);
            setup.listener().stopped(onDisk ? saved : save());
        }
        return position;
    }

    private boolean isUnfinished() {
        return position.epoch() < config.training().epochs() && !endsEarly;
    }

    /** The history may reach beyond the checkpoint that the run goes on from. */
    private boolean isEndDue() {
        List<Double> metrics =
                history.rows().stream()
                        .filter(row -> row.epoch() <= position.epoch())
                        .map(row -> task.score(row.values()))
                        .filter(Objects::nonNull)
                        .toList();
        return EarlyStopping.isDue(metrics, config.stopping());
    }

    private void trainEpoch(int epoch) throws IOException {
        try (NDManager owner = learner.manager().newSubManager();
                TrainingTask.Batches batches = task.open(epoch, position.batch())) {
            Progress progress =
                    new Progress(
                            epoch,
                            batches,
                            new Stopwatch(System.nanoTime()),
                            new DoubleSummaryStatistics());
            if (position.batch() == 0) {
                learner.loss().clear();
            } else {
                learner.loss().report();
            }
            long last = updatesPerEpoch * accumulate;
            while (position.batch() < last && !stopRequested) {
                trainBatches(progress, owner, last);
                position =
                        at(epoch, position.batch(), position.update(), learner.loss().sum(), null);
                if (isSaveDueAt(position)) {
                    save();
                }
            }
            if (position.batch() == last) {
                finishEpoch(progress);
            }
        }
    }

    /** Tells whether a checkpoint within an epoch belongs here. */
    private boolean isSaveDueAt(CheckpointState state) {
        int every = config.checkpoints().everyUpdates();
        return every > 0
                && state.update() % every == 0
                && state.batch() < updatesPerEpoch * accumulate;
    }

    /** Trains to the end of the epoch, the next checkpoint or a stop. */
    private void trainBatches(Progress progress, NDManager owner, long last) throws IOException {
        try (NDManager parameterOwner = owner.newSubManager();
                Autograd.Mode recording = Autograd.record()) {
            ParameterStore store = new ParameterStore(parameterOwner, false);
            do {
                trainUpdate(progress, store, owner);
            } while (position.batch() < last && !stopRequested && !isSaveDueAt(position));
        } catch (RuntimeException e) {
            Optional<EngineException> full = DeviceMemoryException.causeOf(e);
            if (full.isEmpty()) {
                throw e;
            }
            progress.batches().close(); // what it read ahead takes memory, too
            throw new FittingBatch(config, task, learner.manager(), memory().mode())
                    .explain(full.get(), this::backward);
        }
    }

    private void trainUpdate(Progress progress, ParameterStore store, NDManager owner)
            throws IOException {
        long update = position.update();
        long batch = position.batch();
        int images = 0;
        for (int pass = 0; pass < accumulate; pass++) {
            images += trainBatch(progress, store, owner, update * accumulate + pass);
        }
        try (NDArray norm = learner.update(group -> rate(group, update), update + 1, owner)) {
            progress.watch().count(images);
            position = at(progress.epoch(), batch + accumulate, update + 1, 0, null);
            long inEpoch = position.batch() / accumulate;
            if (inEpoch % config.logEvery() == 0 || inEpoch == updatesPerEpoch) {
                report(progress, rate(schedule, update), norm);
            }
        }
    }

    private double rate(ParameterGroup group, long update) {
        return rate(schedule.scaledPeak(group.peakScale()), update) * group.rateScale();
    }

    private double rate(Schedule curve, long update) {
        return curve.forUpdate(update, task.batchesPerEpoch(), accumulate);
    }

    /** Adds the gradients of one batch; all arrays that it makes die here. */
    private int trainBatch(Progress progress, ParameterStore store, NDManager owner, long pass)
            throws IOException {
        long dropSeed = RandomPurpose.DROP_PATH.seed(config.seed(), pass);
        try (NDManager temporary = owner.newSubManager()) {
            TrainingTask.Batch batch = progress.batches().next(temporary);
            learner.loss().add(backward(memory().mode(), store, batch, dropSeed, temporary));
            return batch.size();
        }
    }

    /** Adds the gradients of a batch and returns its loss; the manager owns what arises. */
    private NDArray backward(
            MemoryMode mode,
            ParameterStore store,
            TrainingTask.Batch batch,
            long dropSeed,
            NDManager owner) {
        try (Recomputation recomputation = mode.begin()) {
            PairList<String, Object> options =
                    ForwardOptions.of(learner.precision(), dropSeed, recomputation);
            if (config.deterministic()) {
                ForwardOptions.deterministic(options);
            }
            NDList output = setup.network().forward(store, batch.inputs(), true, options);
            output.attach(owner);
            NDList losses = task.loss(output, batch, learner.lossScale());
            losses.attach(owner);
            recomputation.backward(losses.get(0));
            return losses.get(1);
        }
    }

    private void report(Progress progress, double rate, NDArray norm) {
        Learner.Status status = learner.status(norm);
        requireFew(status.leftOut());
        Stopwatch.Rates rates =
                progress.watch().report(System.nanoTime(), progress.batches().waitNanos());
        long left = config.training().epochs() * updatesPerEpoch - position.update();
        if (Double.isFinite(status.norm())) {
            progress.norms().accept(status.norm());
        }
        setup.listener()
                .stepDone(
                        new TrainingListener.Step(
                                progress.epoch() + 1,
                                position.batch() / accumulate,
                                position.update(),
                                status.loss(),
                                rate,
                                status.norm(),
                                status.leftOut().total(),
                                rates.imagesPerSecond(),
                                rates.dataWait(),
                                MemoryUse.now(device()),
                                progress.watch().forUpdates(left)));
    }

    private void requireFew(UpdateStep.LeftOut leftOut) {
        if (leftOut.inRow() >= config.training().skipLimit()) {
            throw new TrainingException(
                    leftOut.last()
                            + ". Lower optimizer.lr, lengthen schedule.warmup_epochs, use precision"
                            + " fp32, or look for damaged data. The parameters after update "
                            + (position.update() - leftOut.inRow())
                            + " and the checkpoints are finite; training.skip_limit is the number"
                            + " allowed");
        }
    }

    private void finishEpoch(Progress progress) throws IOException {
        int epoch = progress.epoch() + 1;
        Map<String, Double> metrics = Map.of();
        if (isDue(epoch, config.evaluation().every())) {
            setup.listener().evaluating(epoch);
            metrics = evaluate();
        }
        double trainLoss = learner.loss().mean();
        Stopwatch.Rates rates = progress.watch().total();
        Map<String, Double> row = new LinkedHashMap<>();
        row.put("step", (double) position.update());
        row.put("train_loss", trainLoss);
        row.put("lr", rate(schedule, position.update() - 1));
        row.put("left_out", (double) learner.leftOut().total());
        for (String name : task.metrics()) {
            row.put(name, metrics.getOrDefault(name, Double.NaN));
        }
        row.put("images_per_second", rates.imagesPerSecond());
        row.put("data_wait", rates.dataWait());
        row.put("seconds", progress.watch().secondsUntil(System.nanoTime()));
        row.put("gradient_norm", progress.norms().getAverage());
        row.put("memory_mb", MemoryUse.now(device()));
        history.add(new History.Row(epoch, row));
        position = at(epoch, 0, position.update(), 0, task.score(metrics));
        setup.listener()
                .epochDone(
                        new TrainingListener.Epoch(
                                epoch, trainLoss, rates.imagesPerSecond(), metrics));
        endsEarly = isEndDue();
        if (isDue(epoch, config.checkpoints().every()) || endsEarly) {
            save();
        }
        if (endsEarly && epoch < config.training().epochs()) {
            setup.listener().endedEarly(epoch);
        }
    }

    /** What cannot be evaluated now can be later: the epoch's work is saved. */
    private Map<String, Double> evaluate() throws IOException {
        try {
            return learner.evaluated(task::evaluate);
        } catch (IOException e) {
            save();
            throw e;
        }
    }

    private boolean isDue(int epoch, int every) {
        return epoch % every == 0 || epoch == config.training().epochs();
    }

    private CheckpointState at(int epoch, long batch, long update, double lossSum, Double metric) {
        return new CheckpointState(epoch, batch, update, config.seed(), lossSum, metric);
    }

    private Checkpoint save() throws IOException {
        Map<String, Checkpoints.Part> parts = learner.parts();
        parts.put(Checkpoint.DESCRIPTION, file -> AtomicFile.writeText(file, setup.description()));
        saved = checkpoints.save(position, parts);
        setup.listener().checkpointSaved(saved);
        return saved;
    }

    /**
     * Returns the device that training happens on.
     *
     * @return the network's device
     */
    public Device device() {
        return learner.device();
    }

    /**
     * Returns how passes use memory.
     *
     * @return what was decided when this trainer was made
     */
    public MemoryPlan memory() {
        return learner.memoryPlan();
    }

    /**
     * Returns the precision of the heavy products.
     *
     * @return what the configuration's choice means on this device
     */
    public Precision precision() {
        return learner.precision();
    }

    @Override
    public void close() {
        learner.close();
    }
}
