package dev.advtrain.operator;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** Dependencies point one way: reconcile, status, observe, model. Only reconcile talks to a cluster. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests())
                .importPackages("dev.advtrain.operator");

    @Test
    void packagesDependOneWay() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("reconcile").definedBy("..operator.reconcile..")
                .layer("status").definedBy("..operator.status..")
                .layer("observe").definedBy("..operator.observe..")
                .layer("model").definedBy("..operator.model..")
                .whereLayer("reconcile").mayNotBeAccessedByAnyLayer()
                .whereLayer("status").mayOnlyBeAccessedByLayers("reconcile")
                .whereLayer("observe").mayOnlyBeAccessedByLayers("reconcile", "status")
                .whereLayer("model").mayOnlyBeAccessedByLayers("reconcile", "status", "observe")
                .check(CLASSES);
    }

    @Test
    void onlyTheReconcilerKnowsClusterAndClock() {
        noClasses()
                .that().resideInAnyPackage("..operator.status..", "..operator.observe..", "..operator.model..")
                .should().dependOnClassesThat().haveFullyQualifiedName("io.fabric8.kubernetes.client.KubernetesClient")
                .orShould().callMethod(Instant.class, "now")
                .orShould().dependOnClassesThat().resideInAnyPackage("io.javaoperatorsdk..", "io.quarkus..", "java.time.Clock")
                .check(CLASSES);
    }
}
