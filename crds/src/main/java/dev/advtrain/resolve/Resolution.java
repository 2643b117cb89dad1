package dev.advtrain.resolve;

import java.util.List;
import java.util.stream.Collectors;

/** What resolving a job gives: a run spec, or what is wrong. */
public sealed interface Resolution {

    /**
     * @param runSpec every default filled in
     * @param limits  how often pods of it may end early
     */
    record Resolved(RunSpec runSpec, RetryLimits limits) implements Resolution {
    }

    /**
     * @param reason one word for programs
     * @param errors what is wrong, at least one
     */
    record Refused(Reason reason, List<FieldError> errors) implements Resolution {
        /** All sentences in one line. */
        public String message() {
            return errors.stream().map(FieldError::sentence).collect(Collectors.joining("; "));
        }
    }

    /** Why a job is refused. */
    enum Reason {
        /** The job itself is wrong. */
        INVALID_SPEC("InvalidSpec"),
        /** A threat model it names does not exist (yet). */
        THREAT_MODEL_NOT_FOUND("ThreatModelNotFound"),
        /** A threat model it names is malformed or does not fit. */
        INVALID_THREAT_MODEL("InvalidThreatModel"),
        /** A Secret it names does not exist (yet). */
        SECRET_NOT_FOUND("SecretNotFound"),
        /** A Secret it names has no label that lets jobs use it. */
        SECRET_NOT_LABELLED("SecretNotLabelled");

        private final String text;

        Reason(String text) {
            this.text = text;
        }

        @Override
        public String toString() {
            return text;
        }
    }

    /**
     * @param backoffLimit   failed attempts that are retried
     * @param maxDisruptions disruptions that are forgiven
     */
    record RetryLimits(int backoffLimit, int maxDisruptions) {
    }
}
