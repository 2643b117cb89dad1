package dev.advtrain.resolve;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.advtrain.api.v1alpha1.ApiGroup;
import dev.advtrain.api.v1alpha1.threatmodel.ThreatModelSpec;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJobSpec;
import dev.advtrain.api.v1alpha1.training.ThreatModelReference;
import dev.advtrain.resolve.Resolution.Reason;
import dev.advtrain.resolve.Resolution.Refused;
import dev.advtrain.resolve.Resolution.Resolved;
import dev.advtrain.resolve.Resolution.RetryLimits;
import dev.advtrain.resolve.RunSpec.ResolvedThreatModel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** From a job and the threat models it names to a run spec. Pure; never throws for what a user wrote. */
public final class Resolver {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ThreatModelLookup threatModels;
    private final Place place;

    public Resolver(ThreatModelLookup threatModels, Place place) {
        this.threatModels = threatModels;
        this.place = place;
    }

    public Resolution resolve(AdversarialTrainingJob job) {
        List<FieldError> errors = checkAlone(job);
        if (!errors.isEmpty()) {
            return new Refused(Reason.INVALID_SPEC, errors);
        }
        List<ResolvedThreatModel> found = new ArrayList<>();
        Optional<Refused> refused = findThreatModels(job, found);
        if (refused.isPresent()) {
            return refused.get();
        }
        AdversarialTrainingJobSpec spec = Defaults.job(job.getSpec(), found);
        // What a default brought together with what was given must fit too.
        errors = new ArrayList<>(FieldRules.check(spec, place));
        errors.addAll(AttackRules.allowed(spec.evaluation(), spec.model(), found, "spec.evaluation"));
        if (!errors.isEmpty()) {
            return new Refused(Reason.INVALID_SPEC, errors);
        }
        RunSpec runSpec = new RunSpec(
                new RunSpec.Job(job.getMetadata().getNamespace(), job.getMetadata().getName()), List.copyOf(found),
                spec.model(), spec.data(), spec.training(), spec.evaluation(), spec.acceptance(), spec.output(), spec.checkpoint());
        return new Resolved(runSpec, retryLimits(spec));
    }

    /** How often pods of a job may end early; they are no part of its run spec. */
    public static RetryLimits retryLimits(AdversarialTrainingJobSpec spec) {
        return new RetryLimits(Defaults.backoffLimit(spec), Defaults.maxDisruptions(spec));
    }

    /** What is wrong with the job whatever the threat models say. */
    private List<FieldError> checkAlone(AdversarialTrainingJob job) {
        String name = job.getMetadata() == null ? null : job.getMetadata().getName();
        if (name == null || name.isEmpty()) {
            return List.of(FieldError.missing("metadata.name"));
        }
        if (name.length() > ApiGroup.MAX_NAME_LENGTH) {
            return List.of(new FieldError("metadata.name", '"' + name + '"', ApiGroup.NAME_MESSAGE));
        }
        if (job.getSpec() == null) {
            return List.of(FieldError.missing("spec"));
        }
        List<FieldError> errors = SchemaCheck.check(JSON.valueToTree(job.getSpec()), AdversarialTrainingJobSpec.class, "spec");
        return errors.isEmpty() ? FieldRules.check(job.getSpec(), place) : errors;
    }

    /** Adds each threat model to {@code found}, with its defaults filled in; or says why it cannot be used. */
    private Optional<Refused> findThreatModels(AdversarialTrainingJob job, List<ResolvedThreatModel> found) {
        List<FieldError> missing = new ArrayList<>();
        List<FieldError> malformed = new ArrayList<>();
        List<ThreatModelReference> references = job.getSpec().threatModels();
        for (int i = 0; i < references.size(); i++) {
            ThreatModelReference reference = Defaults.reference(references.get(i));
            String path = "spec.threatModels[" + i + "]";
            Optional<ThreatModelSpec> spec = threatModels.find(reference.kind(), reference.name());
            if (spec.isEmpty()) {
                missing.add(new FieldError(path, '"' + reference.name() + '"', "there is no " + reference.kind() + " of this name"));
                continue;
            }
            String whole = reference.kind() + " " + reference.name() + ": ";
            malformed.addAll(check(spec.get()).stream().map(error -> error.within(whole)).toList());
            found.add(new ResolvedThreatModel(reference.kind(), reference.name(), Defaults.threatModel(spec.get())));
        }
        if (!missing.isEmpty()) {
            return Optional.of(new Refused(Reason.THREAT_MODEL_NOT_FOUND, missing));
        }
        if (malformed.isEmpty()) {
            malformed.addAll(ThreatModelRules.oneInputRange(found));
            malformed.addAll(ThreatModelRules.fit(found, job.getSpec().model(), job.getSpec().data()));
        }
        return malformed.isEmpty() ? Optional.empty() : Optional.of(new Refused(Reason.INVALID_THREAT_MODEL, malformed));
    }

    /** What is wrong with a threat model by itself. */
    public static List<FieldError> check(ThreatModelSpec spec) {
        List<FieldError> errors = SchemaCheck.check(JSON.valueToTree(spec), ThreatModelSpec.class, "spec");
        return errors.isEmpty() ? FieldRules.check(spec) : errors;
    }
}
