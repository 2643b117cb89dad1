package dev.advtrain.trainer.command;

import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.resolve.FieldError;
import dev.advtrain.resolve.InvalidInputException;
import dev.advtrain.resolve.ManifestReader;
import dev.advtrain.resolve.Manifests;
import dev.advtrain.resolve.Place;
import dev.advtrain.resolve.Resolution;
import dev.advtrain.resolve.Resolver;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

@CommandLine.Command(name = "validate", mixinStandardHelpOptions = true,
        description = "Checks manifests as the API server and the operator do, without either.")
final class ValidateCommand implements Callable<Integer> {
    @Option(names = {TrainerArguments.FILE, "--filename"}, required = true, paramLabel = "FILE",
            description = "Manifests, or folders of them.")
    private List<Path> files;

    @Option(names = "--local", description = "For a run without a cluster: file:///path is allowed.")
    private boolean local;

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        List<String> errors = new ArrayList<>();
        try {
            Manifests manifests = ManifestReader.read(files);
            manifests.threatModels().forEach(model -> check(model, Resolver.check(model.getSpec()), out, errors));
            manifests.clusterThreatModels().forEach(model -> check(model, Resolver.check(model.getSpec()), out, errors));
            manifests.jobs().forEach(job -> check(job, errors(job, manifests), out, errors));
            manifests.ignored().forEach(object -> out.println(object + ": not checked, not of this API group"));
        } catch (InvalidInputException e) {
            e.errors().forEach(error -> errors.add(error.sentence()));
        }
        errors.forEach(error -> spec.commandLine().getErr().println("error: " + error));
        return errors.isEmpty() ? ExitCode.OK.code() : ExitCode.RUN_SPEC.code();
    }

    private List<FieldError> errors(AdversarialTrainingJob job, Manifests manifests) {
        return switch (new Resolver(manifests.lookup(job), local ? Place.LAPTOP : Place.CLUSTER).resolve(job)) {
            case Resolution.Resolved _ -> List.of();
            case Resolution.Refused refused -> refused.errors();
        };
    }

    private static void check(HasMetadata manifest, List<FieldError> found, PrintWriter out, List<String> errors) {
        String object = manifest.getKind() + " " + manifest.getMetadata().getName();
        if (found.isEmpty()) {
            out.println(object + ": valid");
        }
        found.forEach(error -> errors.add(object + ": " + error.sentence()));
    }
}
