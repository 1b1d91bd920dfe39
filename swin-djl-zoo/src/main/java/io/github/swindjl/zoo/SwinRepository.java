// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import ai.djl.repository.AbstractRepository;
import ai.djl.repository.Artifact;
import ai.djl.repository.License;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.util.Progress;
import io.github.swindjl.zoo.download.Downloader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shows a table of models to DJL, one artifact for each model with published weights.
 *
 * <p>Stateless, thread-safe.
 */
final class SwinRepository extends AbstractRepository {

    private static final String NAME = "name";

    private final Application application;
    private final String artifactId;
    private final List<Item> items;

    /** What DJL is shown of a model. */
    private record Item(
            String name,
            String licence,
            List<WeightsFile> files,
            Map<String, String> properties,
            Path directory) {}

    private SwinRepository(Application application, String artifactId, List<Item> items) {
        super("swin-djl", URI.create("swin:" + artifactId));
        this.application = application;
        this.artifactId = artifactId;
        this.items = items;
    }

    /** Returns the models of {@link ModelTable}. */
    static SwinRepository classifiers() {
        return new SwinRepository(
                Application.CV.IMAGE_CLASSIFICATION,
                SwinModelZoo.ARTIFACT_ID,
                ModelTable.all().stream()
                        .map(
                                entry ->
                                        new Item(
                                                entry.name(),
                                                entry.licence(),
                                                entry.files(),
                                                properties(entry),
                                                Pretrained.directory(entry)))
                        .toList());
    }

    /** Returns the networks of {@link SegmentationTable}. */
    static SwinRepository segmentation() {
        return new SwinRepository(
                Application.CV.SEMANTIC_SEGMENTATION,
                SwinModelZoo.SEGMENTATION_ARTIFACT_ID,
                SegmentationTable.all().stream()
                        .map(
                                entry ->
                                        new Item(
                                                entry.name(),
                                                entry.licence(),
                                                entry.files(),
                                                properties(entry),
                                                Pretrained.directory(entry)))
                        .toList());
    }

    /**
     * Finds the first classifier that filters match.
     *
     * @param filters properties by name, null for none; the name may be an alias
     * @throws IllegalArgumentException if there is none
     */
    static ModelEntry first(Map<String, String> filters) {
        Map<String, String> wanted = filters == null ? Map.of() : filters;
        List<ModelEntry> candidates =
                wanted.containsKey(NAME)
                        ? List.of(ModelTable.get(wanted.get(NAME)))
                        : ModelTable.all();
        return candidates.stream()
                .filter(entry -> matches(properties(entry), wanted))
                .findFirst()
                .orElseThrow(() -> none(wanted));
    }

    /**
     * Finds the first segmentation network that filters match.
     *
     * @param filters properties by name, null for none; the name may be an alias
     * @throws IllegalArgumentException if there is none
     */
    static SegmentationEntry firstSegmentation(Map<String, String> filters) {
        Map<String, String> wanted = filters == null ? Map.of() : filters;
        List<SegmentationEntry> candidates =
                wanted.containsKey(NAME)
                        ? List.of(SegmentationTable.get(wanted.get(NAME)))
                        : SegmentationTable.all();
        return candidates.stream()
                .filter(entry -> matches(properties(entry), wanted))
                .findFirst()
                .orElseThrow(() -> none(wanted));
    }

    private static IllegalArgumentException none(Map<String, String> wanted) {
        return new IllegalArgumentException("No Swin model matches " + wanted);
    }

    private static boolean matches(Map<String, String> properties, Map<String, String> wanted) {
        Map<String, String> rest = new HashMap<>(wanted);
        rest.remove(NAME);
        return properties.entrySet().containsAll(rest.entrySet());
    }

    private static Map<String, String> properties(ModelEntry entry) {
        Map<String, String> properties = new TreeMap<>();
        properties.put(NAME, entry.name());
        properties.put("version", entry.version().name());
        properties.put("classes", entry.classes().name());
        properties.put("imageSize", Integer.toString(entry.imageSize()));
        properties.put("window", Integer.toString(entry.window()));
        properties.put("source", entry.source().name());
        if (entry.size() != null) {
            properties.put("size", entry.size().name());
        }
        return properties;
    }

    private static Map<String, String> properties(SegmentationEntry entry) {
        return Map.of(
                NAME,
                entry.name(),
                "size",
                entry.size().name(),
                "window",
                Integer.toString(entry.window()),
                "source",
                entry.source().name());
    }

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public Metadata locate(MRL mrl) {
        Metadata metadata = new Metadata();
        metadata.setMetadataVersion("0.2");
        metadata.setResourceType("model");
        metadata.setApplication(application);
        metadata.setGroupId(SwinModelZoo.GROUP_ID);
        metadata.setArtifactId(artifactId);
        metadata.setName("Swin Transformer");
        metadata.setRepositoryUri(URI.create(""));
        Map<String, License> licences = new LinkedHashMap<>();
        for (Item item : items) {
            License licence = new License();
            licence.setId(item.licence());
            licence.setName(item.licence());
            licences.put(item.licence(), licence);
        }
        metadata.setLicense(licences);
        metadata.setArtifacts(
                items.stream()
                        .filter(item -> !item.files().isEmpty())
                        .map(SwinRepository::artifact)
                        .toList());
        return metadata;
    }

    private static Artifact artifact(Item item) {
        WeightsFile file = item.files().get(0);
        Artifact.Item weights = new Artifact.Item();
        weights.setName(file.name());
        weights.setUri(file.address().toString());
        Artifact artifact = new Artifact();
        artifact.setName(item.name());
        artifact.setVersion("1.0");
        artifact.setProperties(item.properties());
        artifact.setFiles(Map.of("weights", weights));
        return artifact;
    }

    @Override
    public Artifact resolve(MRL mrl, Map<String, String> filter) throws IOException {
        return mrl.match(filter);
    }

    @Override
    public void prepare(Artifact artifact, Progress progress) throws IOException {
        Item item = item(artifact);
        Pretrained.fetch(
                item.name(), item.files(), item.directory(), progress, Downloader.standard());
    }

    @Override
    public Path getResourceDirectory(Artifact artifact) {
        return item(artifact).directory();
    }

    private Item item(Artifact artifact) {
        return items.stream()
                .filter(item -> item.name().equals(artifact.getName()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new IllegalArgumentException(
                                        "No Swin model is called " + artifact.getName()));
    }

    @Override
    public List<MRL> getResources() {
        return List.of(model(application, SwinModelZoo.GROUP_ID, artifactId));
    }
}
