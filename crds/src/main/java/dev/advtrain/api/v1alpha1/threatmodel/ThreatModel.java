package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import dev.advtrain.api.v1alpha1.ApiGroup;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Categories;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** A threat model of one namespace. */
@JsonClassDescription("What an attacker may do to the inputs of a deployed model. Usable by every job of one namespace.")
@Group(ApiGroup.NAME)
@Version(ApiGroup.VERSION)
@ShortNames("tm")
@Categories(ApiGroup.CATEGORY)
@ValidationRule(value = ApiGroup.NAME_RULE, message = ApiGroup.NAME_MESSAGE)
@AdditionalPrinterColumn(name = "NORM", type = Type.STRING, jsonPath = ".spec.perturbation.lp.norm")
@AdditionalPrinterColumn(name = "EPSILON", type = Type.STRING, jsonPath = ".spec.perturbation.lp.epsilon")
@AdditionalPrinterColumn(name = "AGE", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
public class ThreatModel extends CustomResource<ThreatModelSpec, Void> implements Namespaced {
    private static final long serialVersionUID = 1L;
}
