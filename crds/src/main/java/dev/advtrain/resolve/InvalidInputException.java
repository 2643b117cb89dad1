package dev.advtrain.resolve;

import java.util.List;
import java.util.stream.Collectors;

/** A manifest or a run spec that cannot be read as one. */
public final class InvalidInputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient List<FieldError> errors;

    public InvalidInputException(List<FieldError> errors) {
        super(errors.stream().map(FieldError::sentence).collect(Collectors.joining("; ")));
        this.errors = List.copyOf(errors);
    }

    /** What is wrong; at least one. */
    public List<FieldError> errors() {
        return errors;
    }
}
