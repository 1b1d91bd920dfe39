// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import io.github.swindjl.data.DataException;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.eval.ClassRow;
import io.github.swindjl.eval.ClassificationResult;
import io.github.swindjl.eval.EvaluationRun;
import io.github.swindjl.eval.Evaluator;
import io.github.swindjl.eval.NotableOutcomes;
import io.github.swindjl.eval.Outcome;
import io.github.swindjl.eval.Shard;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.report.ClassificationReport;
import io.github.swindjl.report.Verdict;
import io.github.swindjl.zoo.image.Preprocessing;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What a model says about a data set.
 *
 * @param run the counts, and what decided them
 * @param data the data set
 * @param labels what people call its classes
 * @param worst the wrong predictions with the largest loss, the worst first
 * @param surest the right predictions with the smallest loss, the surest first
 * @param shown what was said about the samples that are to be shown, by sample
 */
record Evaluation(
        EvaluationRun run,
        PictureSource data,
        List<String> labels,
        List<NotableOutcomes.Notable> worst,
        List<NotableOutcomes.Notable> surest,
        SortedMap<Integer, Outcome> shown) {

    /** Worst mistakes that a report shows. */
    private static final int WORST = 24;

    /** Surest right predictions that a report shows. */
    private static final int SUREST = 12;

    /**
     * How to evaluate.
     *
     * @param shard the part of the data to look at
     * @param precision of the heavy products
     * @param batchSize pictures per forward pass
     * @param workers threads that read pictures
     * @param shown how many samples to show, spread evenly over the data
     */
    record Options(Shard shard, Precision precision, int batchSize, int workers, int shown) {}

    /**
     * Evaluates, and shows how far it is.
     *
     * @throws IOException if the data has other classes than the model, or cannot be read
     */
    static Evaluation of(
            Swin swin, OpenModel open, PictureSource data, String split, Options options)
            throws IOException {
        requireSameClasses(open, data);
        Preprocessing steps = open.description().preprocessing();
        Map<String, String> setup = setup(open, data, split, options.precision());
        Set<Integer> chosen = spread(data.size(), options.shown());
        SortedMap<Integer, Outcome> shown = new TreeMap<>();
        NotableOutcomes worst = NotableOutcomes.worstMistakes(WORST);
        NotableOutcomes surest = NotableOutcomes.surestRight(SUREST);
        Evaluator evaluator =
                new Evaluator(
                        open.model().block(), open.model().manager(), options.precision(), steps);
        ClassificationResult result;
        long total = (data.size() - options.shard().index()) / options.shard().count() + 1;
        try (Progress progress = Progress.of(swin, "evaluate", total)) {
            long[] done = {0};
            result =
                    evaluator.run(
                            data,
                            options.shard(),
                            options.batchSize(),
                            options.workers(),
                            (sample, outcome) -> {
                                worst.add(sample, outcome);
                                surest.add(sample, outcome);
                                if (chosen.contains(sample)) {
                                    shown.put(sample, outcome);
                                }
                                progress.show(++done[0], "");
                            });
        }
        return new Evaluation(
                EvaluationRun.of(setup, options.shard(), result),
                data,
                readable(open),
                worst.list(),
                surest.list(),
                shown);
    }

    /** What decides the result, without the names of folders, which differ between machines. */
    private static Map<String, String> setup(
            OpenModel open, PictureSource data, String split, Precision precision)
            throws IOException {
        Preprocessing steps = open.description().preprocessing();
        Map<String, String> setup = new LinkedHashMap<>();
        setup.put("model", open.description().name());
        setup.put("weights", "sha256:" + Sha256.of(open.weights()));
        setup.put("data", "sha256:" + data.fingerprint());
        setup.put("split", split);
        setup.put("protocol", lower(steps.protocol()));
        setup.put("image_size", steps.width() + "x" + steps.height());
        setup.put("precision", lower(precision));
        return setup;
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    private static void requireSameClasses(OpenModel open, PictureSource data)
            throws DataException {
        List<String> expected = open.classFolders();
        List<String> found = data.classes();
        if (expected.equals(found)) {
            return;
        }
        Set<String> missing = new HashSet<>(expected);
        found.forEach(missing::remove);
        Set<String> unknown = new HashSet<>(found);
        expected.forEach(unknown::remove);
        throw new DataException(
                data.root()
                        + " does not have the classes of the model '"
                        + open.description().name()
                        + "': "
                        + found.size()
                        + " folders for "
                        + expected.size()
                        + " classes; "
                        + some("missing", missing)
                        + "; "
                        + some("unknown to the model", unknown)
                        + (missing.isEmpty() && unknown.isEmpty() ? "; their order differs" : "")
                        + ". Name the data the model was trained for, or other weights.");
    }

    private static String some(String what, Set<String> names) {
        List<String> sorted = names.stream().sorted().toList();
        return sorted.isEmpty()
                ? "none " + what
                : what
                        + " "
                        + String.join(", ", sorted.subList(0, Math.min(5, sorted.size())))
                        + (sorted.size() > 5 ? " and " + (sorted.size() - 5) + " more" : "");
    }

    /** The class's folder, and its first name where that is another. */
    private static List<String> readable(OpenModel open) {
        List<String> names = open.description().labels();
        List<String> readable = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            String folder = open.classFolders().get(i);
            String name = names.get(i);
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
        return new ClassificationResult(rows, result.confusion(), result.lossSum());
    }

    /** Reads the pictures of the worst mistakes. */
    List<Verdict> mistakes() throws IOException {
        return verdicts(worst);
    }

    /** Reads the pictures of the surest right predictions. */
    List<Verdict> surestRight() throws IOException {
        return verdicts(surest);
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
