// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.RunDirectory;
import io.github.swindjl.zoo.weights.Causes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was true when a run began: the file {@code manifest.json} of its directory. */
final class RunManifest {

    private static final String FILE = "manifest.json";

    private RunManifest() {}

    /** Returns the manifest of a run that begins now. */
    static Map<String, Object> of(
            TrainingParts parts, Device device, Precision precision, List<String> commandLine)
            throws IOException {
        Map<String, Object> manifest = new LinkedHashMap<>();
        manifest.put("swin_djl", Versions.program());
        manifest.put("java", System.getProperty("java.version"));
        manifest.put("djl", Engine.getDjlVersion());
        manifest.put("libtorch", EngineInfo.libtorchVersion());
        manifest.put("system", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        manifest.put("device", DeviceChoice.nameOf(device));
        manifest.put("precision", precision.name().toLowerCase(Locale.ROOT));
        manifest.put("threads", EngineInfo.threads());
        manifest.put("seed", parts.config().seed());
        manifest.put("command_line", commandLine);
        manifest.put("begun", Clock.systemUTC().instant().truncatedTo(ChronoUnit.SECONDS) + "");
        parts.model().report().ifPresent(report -> manifest.put("weights", report.toJson()));
        manifest.put("data", data(parts.splits()));
        return manifest;
    }

    private static Map<String, Object> data(Map<String, TrainingParts.Split> splits) {
        Map<String, Object> all = new LinkedHashMap<>();
        splits.forEach((name, split) -> all.put(name, facts(split)));
        return all;
    }

    private static Map<String, Object> facts(TrainingParts.Split split) {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("folder", split.folder().toAbsolutePath().toString());
        facts.put("pictures", split.pictures());
        facts.put("fingerprint", "sha256:" + split.fingerprint());
        return facts;
    }

    /**
     * Refuses pictures that are not those the run began with: it could not go on to the same
     * result.
     */
    static void requireSameData(RunDirectory directory, Map<String, TrainingParts.Split> data)
            throws IOException {
        Path file = directory.path().resolve(FILE);
        JsonObject then;
        try {
            JsonElement json = JsonParser.parseString(Files.readString(file));
            then = json.getAsJsonObject().getAsJsonObject("data");
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException(file + " is no manifest of a run: " + Causes.of(e), e);
        }
        for (Map.Entry<String, TrainingParts.Split> entry : data.entrySet()) {
            TrainingParts.Split now = entry.getValue();
            JsonObject before = then == null ? null : then.getAsJsonObject(entry.getKey());
            String fingerprint = "sha256:" + now.fingerprint();
            if (before == null || !fingerprint.equals(before.get("fingerprint").getAsString())) {
                throw new IOException(
                        "The pictures in "
                                + now.folder()
                                + " are not those the run "
                                + directory.path()
                                + " began with: put those back, or begin a new run.");
            }
        }
    }
}
