package dev.advtrain.api.v1alpha1.threatmodel;

import com.fasterxml.jackson.annotation.JsonValue;

/** The two scopes of a threat model. */
public enum ThreatModelKind {
    THREAT_MODEL("ThreatModel"),
    CLUSTER_THREAT_MODEL("ClusterThreatModel");

    private final String text;

    ThreatModelKind(String text) {
        this.text = text;
    }

    @Override
    @JsonValue
    public String toString() {
        return text;
    }
}
