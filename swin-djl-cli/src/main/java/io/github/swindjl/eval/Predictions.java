// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.eval;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.gson.stream.JsonWriter;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.function.IntFunction;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;

/** Writes what was said about each picture. Numbers have all their digits. Immutable. */
public final class Predictions {

    private final IntFunction<String> names;
    private final List<String> labels;

    /**
     * Says how samples and classes are called.
     *
     * @param names name of each sample
     * @param labels name of each class
     */
    public Predictions(IntFunction<String> names, List<String> labels) {
        this.names = names;
        this.labels = List.copyOf(labels);
    }

    /** Where judgements come from. */
    @FunctionalInterface
    public interface Source {

        /**
         * Hands over all judgements.
         *
         * @param observer gets them, batch by batch
         * @throws IOException if they cannot be read, or from the observer
         */
        void replay(Evaluator.Observer observer) throws IOException;
    }

    /**
     * Writes a file, which is either complete or not there: a JSON array with the first five
     * classes of each picture if the name ends in {@code .json}, otherwise CSV with the first
     * class.
     *
     * @param file where to; replaced when it exists
     * @param source what to write
     * @throws IOException if it cannot be written
     */
    public void write(Path file, Source source) throws IOException {
        boolean json = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
        AtomicFile.write(
                file,
                channel -> {
                    Writer out =
                            new BufferedWriter(
                                    new OutputStreamWriter(
                                            Channels.newOutputStream(channel), UTF_8));
                    if (json) {
                        json(out, source);
                    } else {
                        csv(out, source);
                    }
                    out.flush();
                });
    }

    private void csv(Writer out, Source source) throws IOException {
        CSVFormat format = CSVFormat.DEFAULT.builder().setRecordSeparator('\n').get();
        CSVPrinter csv = new CSVPrinter(out, format);
        csv.printRecord(
                "picture",
                "index",
                "class",
                "predicted_index",
                "predicted",
                "probability",
                "logit",
                "rank",
                "loss");
        source.replay(
                batch -> {
                    for (Judgement judgement : batch) {
                        Outcome outcome = judgement.outcome();
                        csv.printRecord(
                                names.apply(judgement.sample()),
                                outcome.label(),
                                labels.get(outcome.label()),
                                outcome.predicted(),
                                labels.get(outcome.predicted()),
                                outcome.probability(),
                                judgement.top().get(0).logit(),
                                outcome.rank(),
                                outcome.loss());
                    }
                });
    }

    private void json(Writer out, Source source) throws IOException {
        JsonWriter json = new JsonWriter(out);
        json.beginArray();
        source.replay(
                batch -> {
                    for (Judgement judgement : batch) {
                        json(json, judgement);
                    }
                });
        json.endArray();
        out.write('\n');
    }

    private void json(JsonWriter json, Judgement judgement) throws IOException {
        Outcome outcome = judgement.outcome();
        json.beginObject();
        json.name("picture").value(names.apply(judgement.sample()));
        json.name("index").value(outcome.label());
        json.name("class").value(labels.get(outcome.label()));
        json.name("rank").value(outcome.rank());
        json.name("loss").value(outcome.loss());
        json.name("predictions").beginArray();
        for (Ranking ranking : judgement.top()) {
            json.beginObject();
            json.name("index").value(ranking.index());
            json.name("class").value(labels.get(ranking.index()));
            json.name("logit").value(ranking.logit());
            json.name("probability").value(ranking.probability());
            json.endObject();
        }
        json.endArray();
        json.endObject();
    }
}
