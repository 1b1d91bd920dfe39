// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.ClassMatch;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.eval.ClassRow;
import io.github.swindjl.eval.ClassificationMetrics;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.EvaluationJournal;
import io.github.swindjl.eval.EvaluationRun;
import io.github.swindjl.eval.Evaluator;
import io.github.swindjl.eval.Judgement;
import io.github.swindjl.eval.NotableOutcomes;
import io.github.swindjl.eval.Outcome;
import io.github.swindjl.eval.OutputSubset;
import io.github.swindjl.eval.Predictions;
import io.github.swindjl.eval.Throughput;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.ClassificationReport;
import io.github.swindjl.report.Verdict;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model says about a data set.
 *
 * @param run the counts, and what decided them
 * @param data the data set
 * @param labels what people call its classes
 * @param speed how fast it was
 * @param mistakes the wrong predictions of which the model was surest
 * @param right the right predictions with the smallest loss, the surest first
 * @param shown what was said about the samples that are to be shown, by sample
 */
record Evaluation(
        EvaluationRun run,
        PictureSource data,
        List<String> labels,
        Throughput speed,
        List<NotableOutcomes.Notable> mistakes,
        List<NotableOutcomes.Notable> right,
        SortedMap<Integer, Outcome> shown) {

    /** Mistakes that a report shows. */
    private static final int MISTAKES = 24;

    /** Right predictions that a report shows. */
    private static final int RIGHT = 12;

    /**
     * How to evaluate.
     *
     * @param judging what to judge, and how
     * @param labels where the right classes come from, if not from the data
     * @param precision of the heavy products
     * @param shown how many samples to show, spread evenly over the data
     * @param record what is kept of it on the way
     */
    record Options(
            Evaluator.Options judging,
            Optional<String> labels,
            Precision precision,
            int shown,
            Record record) {}

    /**
     * What is kept of an evaluation on the way.
     *
     * @param journal where to keep what was judged until all is done, or null
     * @param resume whether to go on with the journal of an interrupted evaluation
     * @param predictions where to write what was said about each picture, which takes a journal; or
     *     null
     */
    record Record(Path journal, boolean resume, Path predictions) {

        /** Nothing. */
        static final Record NONE = new Record(null, false, null);

        /** Tells what a failed evaluation leaves. */
        private void tellKept(Swin swin, int judged) {
            if (journal != null && judged > 0) {
                swin.note(
                        "The "
                                + judged
                                + " pictures judged before are kept in "
                                + journal
                                + ". When the cause below is mended, the same command with --resume"
                                + " goes on after them; without it they are judged again.");
            }
        }

        /** Removes the journal, when all that was asked for is written. */
        void done() throws IOException {
            if (journal != null) {
                Files.deleteIfExists(journal);
            }
        }
    }

    /**
     * Evaluates, and shows how far it is.
     *
     * @param match which of the model's outputs the data's classes are
     * @throws IOException if the data cannot be read
     */
    static Evaluation of(
            Swin swin,
            OpenModel open,
            PictureSource data,
            ClassMatch match,
            String split,
            Options options)
            throws IOException {
        Evaluator.Options judging = options.judging();
        Map<String, String> setup = setup(open, data, split, options);
        List<String> labels = readable(open, data, match);
        Collector collector = new Collector(data.size(), options.shown());
        ClassificationMetrics metrics = new ClassificationMetrics(data.classes());
        Evaluator evaluator =
                new Evaluator(
                        open.model().block(),
                        open.model().manager(),
                        options.precision(),
                        open.description().preprocessing());
        int total = judging.samples(data.size()).length;
        Throughput speed;
        try (Progress progress = Progress.of(swin, "evaluate", total)) {
            int[] done = {0};
            Evaluator.Observer seen =
                    batch -> {
                        for (Judgement judgement : batch) {
                            collector.add(judgement);
                            metrics.add(judgement.outcome());
                            done[0]++;
                        }
                        progress.show(done[0], "");
                    };
            try (Keeper keeper = Keeper.of(swin, options, setup, seen)) {
                speed =
                        evaluator.judge(
                                data,
                                judging,
                                done[0],
                                batch -> {
                                    keeper.keep(batch);
                                    seen.judged(batch);
                                });
                keeper.write(new Predictions(data::name, labels));
            } catch (IOException | RuntimeException | Error e) {
                options.record().tellKept(swin, done[0]);
                throw e;
            }
        }
        return new Evaluation(
                EvaluationRun.of(setup, judging.shard(), metrics.result()),
                data,
                labels,
                speed,
                collector.mistakes.list(),
                collector.right.list(),
                collector.shown);
    }

    /** Keeps what a report shows. */
    private static final class Collector {

        private final Set<Integer> chosen;
        private final SortedMap<Integer, Outcome> shown = new TreeMap<>();
        private final NotableOutcomes mistakes = NotableOutcomes.surestMistakes(MISTAKES);
        private final NotableOutcomes right = NotableOutcomes.surestRight(RIGHT);

        Collector(int size, int count) {
            chosen = spread(size, count);
        }

        void add(Judgement judgement) {
            mistakes.add(judgement.sample(), judgement.outcome());
            right.add(judgement.sample(), judgement.outcome());
            if (chosen.contains(judgement.sample())) {
                shown.put(judgement.sample(), judgement.outcome());
            }
        }
    }

    /** Keeps what is judged in a journal, if one is wanted. */
    private record Keeper(Optional<EvaluationJournal> journal, Record record)
            implements AutoCloseable {

        /** Opens the journal, and lets the observer see what an interrupted evaluation judged. */
        static Keeper of(
                Swin swin, Options options, Map<String, String> setup, Evaluator.Observer seen)
                throws IOException {
            Record record = options.record();
            if (record.journal() == null) {
                return new Keeper(Optional.empty(), record);
            }
            // The batches and their last bits depend on more than the result does.
            Map<String, String> batches = new LinkedHashMap<>(setup);
            batches.put("shard", options.judging().shard().toString());
            batches.put("batch_size", String.valueOf(options.judging().batchSize()));
            boolean there = Files.exists(record.journal());
            if (!record.resume() || !there) {
                if (there) {
                    swin.note(
                            record.journal()
                                    + ", left by an interrupted evaluation, is replaced; --resume"
                                    + " would have gone on with it.");
                } else if (record.resume()) {
                    swin.note("There is no " + record.journal() + "; starting at the beginning.");
                }
                return new Keeper(
                        Optional.of(EvaluationJournal.begin(record.journal(), batches)), record);
            }
            long[] judged = {0};
            EvaluationJournal journal =
                    EvaluationJournal.resume(
                            record.journal(),
                            batches,
                            batch -> {
                                seen.judged(batch);
                                judged[0] += batch.size();
                            });
            swin.note("Resumed after " + judged[0] + " pictures.");
            return new Keeper(Optional.of(journal), record);
        }

        void keep(List<Judgement> batch) throws IOException {
            if (journal.isPresent()) {
                journal.get().append(batch);
            }
        }

        void write(Predictions predictions) throws IOException {
            if (record.predictions() != null) {
                predictions.write(record.predictions(), journal.orElseThrow()::replay);
            }
        }

        @Override
        public void close() throws IOException {
            if (journal.isPresent()) {
                journal.get().close();
            }
        }
    }

    /** What decides the result, without the names of folders, which differ between machines. */
    private static Map<String, String> setup(
            OpenModel open, PictureSource data, String split, Options options) throws IOException {
        Preprocessing steps = open.description().preprocessing();
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("model", open.description().name());
        setup.put("weights", "sha256:" + open.weights().sha256());
        setup.put("data", "sha256:" + data.fingerprint());
        setup.put("split", split);
        setup.put("protocol", lower(steps.protocol()));
        setup.put("image_size", steps.width() + "x" + steps.height());
        setup.put("window", String.valueOf(open.description().config().window()));
        setup.put("precision", lower(options.precision()));
        if (options.judging().outputs() != OutputSubset.ALL) {
            setup.put("outputs", "those of the data's classes");
        }
        options.labels().ifPresent(labels -> setup.put("labels", labels));
        return setup;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /** The class's folder, and its first name where that is another. */
    private static List<String> readable(OpenModel open, PictureSource data, ClassMatch match) {
        List<String> readable = new ArrayList<>(data.classes().size());
        for (int i = 0; i < data.classes().size(); i++) {
            String folder = data.classes().get(i);
            String name = open.description().labels().get(match.outputs()[i]);
            readable.add(folder.equals(name) ? name : folder + " " + name.split(",")[0]);
        }
        return readable;
    }

    private static Set<Integer> spread(int size, int count) {
        Set<Integer> chosen = new HashSet<>();
        for (int i = 0; i < Math.min(size, count); i++) {
            chosen.add((int) ((2L * i + 1) * size / (2L * Math.min(size, count))));
        }
        return chosen;
    }

    /** Returns the result with the classes' names for people. */
    ClassificationResult result() {
        ClassificationResult result = run.result();
        List<ClassRow> rows = new ArrayList<>(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            ClassRow row = result.perClass().get(i);
            rows.add(
                    new ClassRow(
                            labels.get(i),
                            row.support(),
                            row.predicted(),
                            row.top1Correct(),
                            row.top5Correct()));
        }
        return new ClassificationResult(
                rows, result.confusion(), result.lossSum(), result.calibration());
    }

    /** Returns how fast it was. */
    Map<String, String> timing() {
        Map<String, String> timing = new LinkedHashMap<>();
        if (speed.samples() > 0) {
            timing.put(
                    "speed",
                    String.format(
                            Locale.ROOT,
                            "%.1f images/s, %.2f %% of the time waiting for pictures",
                            speed.perSecond(),
                            100 * speed.waitShare()));
        }
        return timing;
    }

    /** Reads the pictures that are most worth looking at, by heading. */
    Map<String, List<Verdict>> notable() throws IOException {
        Map<String, List<Verdict>> pictures = new LinkedHashMap<>();
        pictures.put("Most confident mistakes", verdicts(mistakes));
        pictures.put("Surest right predictions", verdicts(right));
        return pictures;
    }

    private List<Verdict> verdicts(List<NotableOutcomes.Notable> outcomes) throws IOException {
        List<Verdict> verdicts = new ArrayList<>(outcomes.size());
        for (NotableOutcomes.Notable notable : outcomes) {
            verdicts.add(
                    ClassificationReport.verdict(
                            data, Math.toIntExact(notable.sample()), notable.outcome(), labels));
        }
        return verdicts;
    }

    /** Reads the pictures to be shown. */
    List<Verdict> verdicts() throws IOException {
        List<Verdict> verdicts = new ArrayList<>(shown.size());
        for (Map.Entry<Integer, Outcome> entry : shown.entrySet()) {
            verdicts.add(
                    ClassificationReport.verdict(data, entry.getKey(), entry.getValue(), labels));
        }
        return verdicts;
    }
}
