package dev.advtrain.api.v1alpha1.training;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.api.v1alpha1.status.AdversarialTrainingJobStatus;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One model to harden, and what it must reach. */
@JsonClassDescription("One model to harden against threat models, and what it must reach.")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("atj")
@Categories(ApiGroup.CATEGORY)
@ValidationRule(value = ApiGroup.NAME_RULE, message = ApiGroup.NAME_MESSAGE)
@ValidationRule(value = AdversarialTrainingJob.IMMUTABLE_RULE, message = AdversarialTrainingJob.IMMUTABLE_MESSAGE, fieldPath = ".spec")
@AdditionalPrinterColumn(name = "PHASE", type = Type.STRING, jsonPath = ".status.phase")
@AdditionalPrinterColumn(name = "CLEAN", type = Type.STRING, jsonPath = ".status.cleanAccuracy")
@AdditionalPrinterColumn(name = "ROBUST", type = Type.STRING, jsonPath = ".status.robustAccuracy")
@AdditionalPrinterColumn(name = "THREAT", type = Type.STRING, jsonPath = ".status.threatSummary")
@AdditionalPrinterColumn(name = "SUITE", type = Type.STRING, jsonPath = ".status.suite", priority = 1)
@AdditionalPrinterColumn(name = "MASKING", type = Type.STRING, jsonPath = ".status.gradientMasking.verdict", priority = 1)
@AdditionalPrinterColumn(name = "ARTIFACT", type = Type.STRING, jsonPath = ".status.artifact.uri", priority = 1)
@AdditionalPrinterColumn(name = "AGE", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
public class AdversarialTrainingJob extends CustomResource<AdversarialTrainingJobSpec, AdversarialTrainingJobStatus>
        implements Namespaced {
    private static final long serialVersionUID = 1L;

    static final String IMMUTABLE_RULE =
            "!has(oldSelf.status) || !has(oldSelf.status.resolved) || self.spec == oldSelf.spec";
    public static final String IMMUTABLE_MESSAGE =
            "spec must not change once the job has started (status.resolved is set); create another job instead";
}
