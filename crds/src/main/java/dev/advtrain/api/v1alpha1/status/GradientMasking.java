package dev.advtrain.api.v1alpha1.status;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonValue;
import dev.advtrain.api.v1alpha1.ApiObject;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;

/**
 * Whether the attacks may have failed because gradients mislead them, and not because the model is robust (Athalye et al.
 * 2018, arXiv:1802.00420; Carlini et al. 2019, arXiv:1902.06705).
 */
public record GradientMasking(
        @JsonPropertyDescription("Suspected if any check is, Inconclusive if every comparison of attacks is, else NotSuspected.")
        @Required
        Verdict verdict,

        @JsonPropertyDescription("The checks, each the worst over all threat models.")
        @Size(max = 32)
        List<Check> checks) implements ApiObject {

    /** Of all checks together. */
    public enum Verdict {
        NOT_SUSPECTED("NotSuspected"),
        SUSPECTED("Suspected"),
        /** Too few examples to say. */
        INCONCLUSIVE("Inconclusive");

        private final String text;

        Verdict(String text) {
            this.text = text;
        }

        @Override
        @JsonValue
        public String toString() {
            return text;
        }
    }

    public record Check(
            @JsonPropertyDescription("Name of the check, such as UnboundedAttackSucceeds.")
            @Required @Size(max = 64)
            String name,

            @JsonPropertyDescription("Pass, Suspected, or Inconclusive where there are too few examples.")
            @Required
            CheckVerdict verdict,

            @JsonPropertyDescription("What was counted, in one sentence.")
            @Size(max = 512)
            String evidence) implements ApiObject {
    }

    /** Of one check. */
    public enum CheckVerdict {
        PASS("Pass"),
        SUSPECTED("Suspected"),
        /** Too few examples to say; never rejects. */
        INCONCLUSIVE("Inconclusive");

        private final String text;

        CheckVerdict(String text) {
            this.text = text;
        }

        @Override
        @JsonValue
        public String toString() {
            return text;
        }
    }
}
