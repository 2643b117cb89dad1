package dev.advtrain.trainer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import org.junit.jupiter.api.Test;

/** Packages depend one way: command, train and report, evaluate, masking, attack, threat and model, tensor; data on storage; random on nothing. */
class DependencyDirectionTest {
    private static final String ROOT = "dev.advtrain.trainer.";
    private static final JavaClasses CLASSES = new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.advtrain.trainer");

    @Test
    void layersDependDownwards() {
        layeredArchitecture().consideringOnlyDependenciesInAnyPackage(ROOT + "(*)..").withOptionalLayers(true)
                .layer("command").definedBy(ROOT + "command..")
                .layer("train").definedBy(ROOT + "train..")
                .layer("report").definedBy(ROOT + "report..")
                .layer("evaluate").definedBy(ROOT + "evaluate..")
                .layer("masking").definedBy(ROOT + "masking..")
                .layer("attack").definedBy(ROOT + "attack..")
                .layer("threat").definedBy(ROOT + "threat..")
                .layer("model").definedBy(ROOT + "model..")
                .layer("tensor").definedBy(ROOT + "tensor..")
                .layer("data").definedBy(ROOT + "data..")
                .layer("storage").definedBy(ROOT + "storage..")
                .layer("random").definedBy(ROOT + "random..")
                .whereLayer("command").mayNotBeAccessedByAnyLayer()
                .whereLayer("train").mayOnlyBeAccessedByLayers("command")
                .whereLayer("report").mayOnlyBeAccessedByLayers("command")
                .whereLayer("evaluate").mayOnlyBeAccessedByLayers("command", "train", "report")
                .whereLayer("masking").mayOnlyBeAccessedByLayers("command", "evaluate")
                .whereLayer("attack").mayOnlyBeAccessedByLayers("command", "train", "evaluate", "masking")
                .whereLayer("threat").mayOnlyBeAccessedByLayers("command", "train", "evaluate", "masking", "attack")
                .whereLayer("model").mayOnlyBeAccessedByLayers("command", "train", "evaluate", "masking", "attack")
                .whereLayer("tensor").mayOnlyBeAccessedByLayers("command", "train", "evaluate", "masking", "attack", "model")
                .whereLayer("data").mayOnlyBeAccessedByLayers("command", "train", "evaluate")
                .whereLayer("storage").mayOnlyBeAccessedByLayers("command", "train", "evaluate", "data")
                .whereLayer("random").mayOnlyBeAccessedByLayers("command", "train", "evaluate", "attack", "threat", "model", "data")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching(ROOT + "(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    /** Everything that is internal to DJL's engine stays in one package. */
    @Test
    void onlyTheGatewayKnowsTheEngine() {
        noClasses().that().resideOutsideOfPackage(ROOT + "tensor..").should().dependOnClassesThat().resideInAPackage("ai.djl.pytorch..").check(CLASSES);
    }
}
