// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import ai.djl.Device;
import ai.djl.engine.Engine;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParseException;
import com.google.gson.JsonParser;
import io.github.swindjl.data.PictureSource;
import io.github.swindjl.data.TrainVal;
import io.github.swindjl.kernels.EngineInfo;
import io.github.swindjl.kernels.Precision;
import io.github.swindjl.train.RunDirectory;
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
        manifest.put("data", data(parts.data()));
        return manifest;
    }

    private static Map<String, Object> data(TrainVal data) throws IOException {
        Map<String, Object> both = new LinkedHashMap<>();
        both.put("train", split(data.train()));
        both.put("val", split(data.val()));
        return both;
    }

    private static Map<String, Object> split(PictureSource split) throws IOException {
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("folder", split.root().toAbsolutePath().toString());
        facts.put("pictures", split.size());
        facts.put("fingerprint", "sha256:" + split.fingerprint());
        return facts;
    }

    /**
     * Refuses pictures that are not those the run began with: it could not go on to the same
     * result.
     */
    static void requireSameData(RunDirectory directory, TrainVal data) throws IOException {
        Path file = directory.path().resolve(FILE);
        JsonObject then;
        try {
            JsonElement json = JsonParser.parseString(Files.readString(file));
            then = json.getAsJsonObject().getAsJsonObject("data");
        } catch (JsonParseException | IllegalStateException e) {
            throw new IOException(file + " is no manifest of a run: " + e.getMessage(), e);
        }
        for (PictureSource now : List.of(data.train(), data.val())) {
            String name = now == data.train() ? PictureSource.TRAIN : PictureSource.VAL;
            JsonObject before = then == null ? null : then.getAsJsonObject(name);
            String fingerprint = "sha256:" + now.fingerprint();
            if (before == null || !fingerprint.equals(before.get("fingerprint").getAsString())) {
                throw new IOException(
                        "The pictures in "
                                + now.root()
                                + " are not those the run "
                                + directory.path()
                                + " began with: put those back, or begin a new run.");
            }
        }
    }
}
