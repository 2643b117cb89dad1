package dev.advtrain.resolve;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelKind;
import dev.advtrain.crds.Manifest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ManifestReaderTest {
    private static final String THREAT_MODEL = """
            apiVersion: advtrain.dev/v1alpha1
            kind: ThreatModel
            metadata: {name: linf, labels: {team: vision}}
            spec:
              inputRange: {min: "0", max: "1"}
              perturbation: {lp: {norm: Linf, epsilon: 8/255}}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsSeveralDocuments() {
        Manifests manifests = ManifestReader.parse("all.yaml", "---\n" + THREAT_MODEL + "---\n# nothing\n---\n"
                + THREAT_MODEL.replace("kind: ThreatModel", "kind: ClusterThreatModel") + "---\n" + Manifest.of("AdversarialTrainingJob"));
        assertThat(manifests.threatModels()).hasSize(1);
        assertThat(manifests.clusterThreatModels()).hasSize(1);
        assertThat(manifests.jobs()).hasSize(1);
        assertThat(manifests.threatModels().getFirst().getMetadata().getLabels()).containsEntry("team", "vision");
        assertThat(manifests.threatModels().getFirst().getSpec().perturbation().lp().epsilon()).isEqualTo("8/255");
    }

    @Test
    void readsFilesAndFolders() throws IOException {
        Files.writeString(folder.resolve("threatmodel.yaml"), THREAT_MODEL);
        Files.writeString(folder.resolve("job.json"), Manifest.of("AdversarialTrainingJob").toString());
        Files.writeString(folder.resolve("README.md"), "# no manifest");
        assertThat(ManifestReader.read(List.of(folder)).jobs()).hasSize(1);
        assertThat(ManifestReader.read(List.of(folder.resolve("threatmodel.yaml"))).threatModels()).hasSize(1);
    }

    @Test
    void otherGroupsAreLeftOutAndNamed() {
        Manifests manifests = ManifestReader.parse("all.yaml",
                "{apiVersion: v1, kind: PersistentVolumeClaim, metadata: {name: data}, spec: {anything: 1}}\n---\n" + THREAT_MODEL);
        assertThat(manifests.ignored()).containsExactly("PersistentVolumeClaim data");
        assertThat(manifests.threatModels()).hasSize(1);
    }

    @Test
    void aStatusIsLeftOut() {
        assertThat(ManifestReader.parse("job", Manifest.of("AdversarialTrainingJob", "status={phase: Training}").toString())
                .jobs().getFirst().getStatus()).isNull();
    }

    @Test
    void threatModelsAreThoseOfTheNamespace() {
        Manifests manifests = ManifestReader.parse("all.yaml", THREAT_MODEL
                + "---\n" + THREAT_MODEL.replace("kind: ThreatModel", "kind: ClusterThreatModel").replace("name: linf", "name: wide")
                + "---\n" + Manifest.of("AdversarialTrainingJob", "metadata.namespace=default")
                + "\n---\n" + Manifest.of("AdversarialTrainingJob", "metadata.namespace=other"));
        ThreatModelLookup here = manifests.lookup(manifests.jobs().get(0));
        ThreatModelLookup elsewhere = manifests.lookup(manifests.jobs().get(1));
        assertThat(here.find(ThreatModelKind.THREAT_MODEL, "linf")).isPresent();
        assertThat(elsewhere.find(ThreatModelKind.THREAT_MODEL, "linf")).isEmpty();
        assertThat(elsewhere.find(ThreatModelKind.CLUSTER_THREAT_MODEL, "wide")).isPresent();
        assertThat(here.find(ThreatModelKind.THREAT_MODEL, "wide")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "kind: ThreatModel | kind: ThreatModels | x.yaml: kind: Invalid value: \"ThreatModels\": unknown kind; expected one of AdversarialTrainingJob",
        "v1alpha1 | v1 | x.yaml: ThreatModel linf: apiVersion: Invalid value: \"advtrain.dev/v1\": must be \"advtrain.dev/v1alpha1\"",
        "perturbation: | pertubation: | x.yaml: ThreatModel linf: spec.pertubation: unknown field; expected one of modality, goal",
        "lp: | ball: | x.yaml: ThreatModel linf: spec.perturbation.ball: unknown field; expected one of lp",
        "spec: | specs: | x.yaml: ThreatModel linf: specs: unknown field",
        "name: linf | nam: linf | metadata.name: Required value",
        "8/255 | 0.1 | x.yaml: ThreatModel linf: spec.perturbation.lp.epsilon: Invalid value: 0.1: must be a string: write it in quotes",
        "{min: \"0\", max: \"1\"} | [0, 1] | x.yaml: ThreatModel linf: spec.inputRange: Invalid value: list: must be an object",
        "kind: ThreatModel | kind: [ThreatModel | x.yaml, line 3: is not YAML",
        "kind: ThreatModel | kind: | x.yaml: a document has no apiVersion and kind",
        "norm: Linf | norm: Linf, norm: L2 | is not YAML: Duplicate field 'norm'"})
    void whatDoesNotFitIsNamed(String text, String replacement, String sentence) {
        assertThatThrownBy(() -> ManifestReader.parse("x.yaml", THREAT_MODEL.replace(text, replacement)))
                .isInstanceOf(InvalidInputException.class).hasMessageContaining(sentence);
    }

    @Test
    void theSameObjectTwiceIsNamed() {
        assertThatThrownBy(() -> ManifestReader.parse("x.yaml", THREAT_MODEL + "---\n" + THREAT_MODEL))
                .hasMessage("x.yaml: ThreatModel linf: metadata.name: Invalid value: \"linf\": is there twice");
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        Path missing = folder.resolve("missing.yaml");
        assertThatThrownBy(() -> ManifestReader.read(List.of(missing))).hasMessage(missing + ": cannot be read: no such file");
    }
}
