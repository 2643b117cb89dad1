package dev.advtrain.crds;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The contract may use what resolves, that the API types; never the other way. */
class DependenciesTest {
    @Test
    void pointOneWay() {
        layeredArchitecture().consideringOnlyDependenciesInLayers()
                .layer("api").definedBy("dev.advtrain.api..")
                .layer("resolve").definedBy("dev.advtrain.resolve..")
                .layer("contract").definedBy("dev.advtrain.contract..")
                .whereLayer("contract").mayNotBeAccessedByAnyLayer()
                .whereLayer("resolve").mayOnlyBeAccessedByLayers("contract")
                .whereLayer("api").mayOnlyBeAccessedByLayers("resolve", "contract")
                .check(new ClassFileImporter().withImportOption(new ImportOption.DoNotIncludeTests()).importPackages("dev.advtrain"));
    }
}
