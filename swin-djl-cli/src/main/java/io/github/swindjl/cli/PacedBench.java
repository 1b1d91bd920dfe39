// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import io.github.swindjl.bench.BenchCase;
import io.github.swindjl.bench.BenchListener;
import io.github.swindjl.bench.BenchRun;
import io.github.swindjl.bench.Machine;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Reader;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Measures one case step by step as another program says, so that several programs can be measured
 * in turns. Each line that is read asks for something, each line that is written is a JSON object
 * that answers.
 */
final class PacedBench {

    private static final Pattern ROUND = Pattern.compile("round ([1-9]\\d{0,5})");
    private static final String END = "end";
    private static final Gson GSON = new GsonBuilder().serializeNulls().create();

    private final BufferedReader in;
    private final PrintWriter out;

    PacedBench(Reader in, PrintWriter out) {
        this.in = new BufferedReader(in);
        this.out = out;
    }

    /**
     * Builds and warms a case, then answers until the end is asked for or the input ends.
     *
     * @throws IOException if a line is neither a round nor the end
     */
    void run(BenchCase what, int warmUp, BenchListener listener) throws IOException {
        try (BenchRun run = BenchRun.start(what, warmUp, listener)) {
            answer("ready", Machine.here());
            String line = in.readLine();
            while (line != null && !line.equals(END)) {
                Matcher round = ROUND.matcher(line);
                if (!round.matches()) {
                    throw new IOException(
                            "'" + line + "' was read, expected 'round N' or '" + END + "'.");
                }
                answer("milliseconds", run.round(Integer.parseInt(round.group(1))));
                line = in.readLine();
            }
            if (line != null) {
                answer("result", run.result().row());
            }
        }
    }

    private void answer(String name, Object value) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put(name, value);
        out.println(GSON.toJson(document));
        out.flush();
    }
}
