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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Shows a table of models to DJL, one artifact for each model with published weights.
 *
 * <p>Stateless, thread-safe.
 */
final class SwinRepository extends AbstractRepository {

    private final Application application;
    private final String artifactId;
    private final List<? extends PublishedModel> models;

    /**
     * Shows a table.
     *
     * @param models at least one; all for the same application
     */
    SwinRepository(List<? extends PublishedModel> models) {
        super("swin-djl", URI.create("swin:" + models.get(0).artifactId()));
        this.models = models;
        application = models.get(0).application();
        artifactId = models.get(0).artifactId();
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
        for (PublishedModel model : models) {
            License licence = new License();
            licence.setId(model.licence());
            licence.setName(model.licence());
            licences.put(model.licence(), licence);
        }
        metadata.setLicense(licences);
        metadata.setArtifacts(
                models.stream()
                        .filter(model -> !model.files().isEmpty())
                        .map(SwinRepository::artifact)
                        .toList());
        return metadata;
    }

    private static Artifact artifact(PublishedModel model) {
        WeightsFile file = model.files().get(0);
        Artifact.Item weights = new Artifact.Item();
        weights.setName(file.name());
        weights.setUri(file.address().toString());
        Artifact artifact = new Artifact();
        artifact.setName(model.name());
        artifact.setVersion("1.0");
        artifact.setProperties(model.properties());
        artifact.setFiles(Map.of("weights", weights));
        return artifact;
    }

    @Override
    public Artifact resolve(MRL mrl, Map<String, String> filter) throws IOException {
        return mrl.match(filter);
    }

    @Override
    public void prepare(Artifact artifact, Progress progress) throws IOException {
        Pretrained.fetch(model(artifact), progress);
    }

    @Override
    public Path getResourceDirectory(Artifact artifact) {
        return Pretrained.directory(model(artifact));
    }

    private PublishedModel model(Artifact artifact) {
        return models.stream()
                .filter(model -> model.name().equals(artifact.getName()))
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
