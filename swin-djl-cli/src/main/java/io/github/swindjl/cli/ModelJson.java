// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import com.google.gson.JsonObject;
import io.github.swindjl.zoo.ModelEntry;
import io.github.swindjl.zoo.PublishedModel;
import io.github.swindjl.zoo.SegmentationEntry;
import java.util.Locale;

/** Published models as JSON. */
final class ModelJson {

    private ModelJson() {}

    /** Returns what a list shows of a model. */
    static JsonObject summary(PublishedModel model) {
        JsonObject json = new JsonObject();
        json.addProperty("name", model.name());
        if (model instanceof SegmentationEntry scenes) {
            json.addProperty("task", "segment");
            json.addProperty("parameters", scenes.parameters());
            json.addProperty("image_size", scenes.cropSize());
            json.addProperty("window", scenes.window());
            json.addProperty("classes", SegmentationEntry.CLASSES);
            json.addProperty("miou", scenes.meanIou());
            json.addProperty("miou_multi_scale", scenes.meanIouMultiScale());
        } else {
            ModelEntry classifier = (ModelEntry) model;
            json.addProperty("task", "classify");
            json.addProperty("parameters", classifier.parameters());
            json.addProperty("multiply_adds", classifier.multiplyAdds());
            json.addProperty("image_size", classifier.imageSize());
            json.addProperty("window", classifier.window());
            json.addProperty("classes", classifier.classes().size());
            json.addProperty("top1", classifier.top1());
            json.addProperty("top5", classifier.top5());
        }
        json.addProperty("source", source(model));
        json.addProperty("licence", model.licence());
        return json;
    }

    /** Returns all that is known of a model. */
    static JsonObject details(PublishedModel model) {
        JsonObject json = summary(model);
        json.add("aliases", Json.tree(model.aliases()));
        json.add("files", Json.tree(model.files()));
        json.add("uncertain", Json.tree(model.uncertain()));
        if (model instanceof SegmentationEntry scenes) {
            json.addProperty("pretraining", scenes.pretraining());
            json.addProperty("schedule", scenes.schedule());
            json.add("box", Json.tree(scenes.description().box()));
            json.add("config", Json.tree(scenes.description().network()));
        } else {
            ModelEntry classifier = (ModelEntry) model;
            json.add("preprocessing", Json.tree(classifier.preprocessing()));
            json.add("config", Json.tree(classifier.config()));
        }
        return json;
    }

    /** Returns who published the weights, as one word. */
    static String source(PublishedModel model) {
        return model.source().name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
