// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.zoo;

import ai.djl.Application;
import ai.djl.repository.AbstractRepository;
import ai.djl.repository.Artifact;
import ai.djl.repository.License;
import ai.djl.repository.MRL;
import ai.djl.repository.Metadata;
import ai.djl.util.Progress;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Shows the {@link ModelTable} to DJL, one artifact for each model with published weights.
 *
 * <p>Stateless, thread-safe.
 */
final class SwinRepository extends AbstractRepository {

    private static final String NAME = "name";

    SwinRepository() {
        super("swin-djl", URI.create("swin:models"));
    }

    /**
     * Finds the first model that filters match.
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
                .filter(entry -> matches(entry, wanted))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("No Swin model matches " + wanted));
    }

    private static boolean matches(ModelEntry entry, Map<String, String> wanted) {
        Map<String, String> rest = new HashMap<>(wanted);
        rest.remove(NAME);
        return properties(entry).entrySet().containsAll(rest.entrySet());
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

    @Override
    public boolean isRemote() {
        return true;
    }

    @Override
    public Metadata locate(MRL mrl) {
        Metadata metadata = new Metadata();
        metadata.setMetadataVersion("0.2");
        metadata.setResourceType("model");
        metadata.setApplication(Application.CV.IMAGE_CLASSIFICATION);
        metadata.setGroupId(SwinModelZoo.GROUP_ID);
        metadata.setArtifactId(SwinModelZoo.ARTIFACT_ID);
        metadata.setName("Swin Transformer");
        metadata.setRepositoryUri(URI.create(""));
        Map<String, License> licences = new LinkedHashMap<>();
        for (ModelEntry entry : ModelTable.all()) {
            License licence = new License();
            licence.setId(entry.licence());
            licence.setName(entry.licence());
            licences.put(entry.licence(), licence);
        }
        metadata.setLicense(licences);
        metadata.setArtifacts(
                ModelTable.all().stream()
                        .filter(entry -> !entry.files().isEmpty())
                        .map(SwinRepository::artifact)
                        .toList());
        return metadata;
    }

    private static Artifact artifact(ModelEntry entry) {
        WeightsFile file = entry.files().get(0);
        Artifact.Item item = new Artifact.Item();
        item.setName(file.name());
        item.setUri(file.address().toString());
        Artifact artifact = new Artifact();
        artifact.setName(entry.name());
        artifact.setVersion("1.0");
        artifact.setProperties(properties(entry));
        artifact.setFiles(Map.of("weights", item));
        return artifact;
    }

    @Override
    public Artifact resolve(MRL mrl, Map<String, String> filter) throws IOException {
        return mrl.match(filter);
    }

    @Override
    public void prepare(Artifact artifact, Progress progress) throws IOException {
        Pretrained.fetch(ModelTable.get(artifact.getName()), progress);
    }

    @Override
    public Path getResourceDirectory(Artifact artifact) {
        return Pretrained.directory(ModelTable.get(artifact.getName()));
    }

    @Override
    public List<MRL> getResources() {
        return List.of(
                model(
                        Application.CV.IMAGE_CLASSIFICATION,
                        SwinModelZoo.GROUP_ID,
                        SwinModelZoo.ARTIFACT_ID));
    }
}
