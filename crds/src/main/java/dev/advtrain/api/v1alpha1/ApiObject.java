package dev.advtrain.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;

/** Implemented by every value of the API. A field that is not set is null in Java and absent in JSON. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public interface ApiObject {
}
