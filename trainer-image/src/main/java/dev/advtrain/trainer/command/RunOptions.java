package dev.advtrain.trainer.command;

import dev.advtrain.api.v1alpha1.training.AdversarialTrainingJob;
import dev.advtrain.contract.ExitCode;
import dev.advtrain.contract.PodPaths;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.resolve.ManifestReader;
import dev.advtrain.resolve.Manifests;
import dev.advtrain.resolve.Place;
import dev.advtrain.resolve.Resolution;
import dev.advtrain.resolve.Resolver;
import dev.advtrain.resolve.RunSpec;
import dev.advtrain.resolve.RunSpecReader;
import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.TrainerException;
import dev.advtrain.trainer.storage.Locations;
import dev.advtrain.trainer.storage.Secrets;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What {@code train}, {@code evaluate} and {@code report} have in common: which run, and where its claims lie. */
final class RunOptions {
    @Option(names = {TrainerArguments.FILE, "--filename"}, paramLabel = "FILE",
            description = "Manifests, or folders of them: one AdversarialTrainingJob and the threat models it names.")
    private List<Path> files = List.of();

    @Option(names = TrainerArguments.RUN_SPEC, paramLabel = "FILE",
            description = "A resolved run spec, instead of manifests: what the operator passes.")
    private Path runSpec;

    @Option(names = TrainerArguments.SHA256, paramLabel = "HEX", description = "The digest the run spec must have.")
    private String sha256;

    @Option(names = TrainerArguments.RUN_ID, paramLabel = "ID", description = "The run that files and messages belong to. "
            + "With manifests: the job's name and the digest of its settings.")
    private String runId;

    @Option(names = TrainerArguments.CLAIM, paramLabel = "CLAIM=DIR", description = "The folder that pvc://CLAIM/... means.")
    private Map<String, Path> claims = Map.of();

    @Option(names = TrainerArguments.OUTPUT_CLAIM, paramLabel = "CLAIM=DIR",
            description = "The same for the output alone, where that is another folder.")
    private Map<String, Path> outputClaims = Map.of();

    @Option(names = TrainerArguments.SECRET, paramLabel = "NAME=DIR", description = "The folder with a file for each key of the Secret NAME. "
            + "With manifests, s3:// takes AWS_ACCESS_KEY_ID and the like from the environment where there is none.")
    private Map<String, Path> secrets = Map.of();

    @Option(names = TrainerArguments.TERMINATION_LOG, paramLabel = "FILE",
            description = "Where the result goes as JSON. Default: " + PodPaths.TERMINATION_LOG + " where that exists.")
    private Path terminationLog;

    @Option(names = "--debug", description = "Show where an error comes from.")
    private boolean debug;

    boolean debug() {
        return debug;
    }

    /** Empty where it is neither given nor made out yet. */
    Optional<String> runId() {
        return Optional.ofNullable(runId);
    }

    Optional<Path> terminationLog() {
        Path usual = Path.of(PodPaths.TERMINATION_LOG);
        return terminationLog == null && !Files.exists(usual) ? Optional.empty()
                : Optional.of(terminationLog == null ? usual : terminationLog);
    }

    /** @throws TrainerException 64 where the run cannot be made out */
    Run load() {
        if (files.isEmpty() == (runSpec == null)) {
            throw wrong("expected either " + TrainerArguments.FILE + " or " + TrainerArguments.RUN_SPEC);
        }
        return runSpec == null ? fromManifests() : fromRunSpec();
    }

    private Run fromManifests() {
        Manifests manifests = ManifestReader.read(files);
        if (manifests.jobs().size() != 1) {
            throw wrong(TrainerArguments.FILE + ": holds " + manifests.jobs().size() + " AdversarialTrainingJobs; expected one");
        }
        AdversarialTrainingJob job = manifests.jobs().getFirst();
        return switch (new Resolver(manifests.lookup(job), Place.LAPTOP).resolve(job)) {
            case Resolution.Resolved resolved -> {
                RunSpec spec = resolved.runSpec();
                String id = runId(spec.runId(spec.job().name()));
                yield new Run(spec, id, locations(true), true);
            }
            case Resolution.Refused refused -> throw wrong(refused.message());
        };
    }

    private Run fromRunSpec() {
        if (sha256 == null || runId == null) {
            throw wrong(TrainerArguments.RUN_SPEC + ": expected " + TrainerArguments.SHA256 + " and " + TrainerArguments.RUN_ID
                    + " with it");
        }
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(runSpec);
        } catch (IOException e) {
            throw new TrainerException(ExitCode.RUN_SPEC,
                    TrainerArguments.RUN_SPEC + ": " + runSpec + " cannot be read: " + e.getMessage(), e);
        }
        String found = Sha256.hex(bytes);
        if (!found.equals(sha256)) {
            throw wrong(TrainerArguments.RUN_SPEC + ": sha256 of " + runSpec + " is " + found + "; expected " + sha256);
        }
        return new Run(RunSpecReader.read(new String(bytes, StandardCharsets.UTF_8)), runId, locations(false), false);
    }

    /** The run id given, or else this one from now on. */
    String runId(String made) {
        runId = runId == null ? made : runId;
        return runId;
    }

    /**
     * The threat models, where there is no job.
     *
     * @throws TrainerException 64 where there is a job, or a run spec
     */
    Manifests threatModels() {
        if (runSpec != null || files.isEmpty()) {
            throw wrong("expected " + TrainerArguments.FILE + " with a threat model");
        }
        Manifests manifests = ManifestReader.read(files);
        if (!manifests.jobs().isEmpty()) {
            throw wrong(TrainerArguments.FILE + ": holds the AdversarialTrainingJob " + manifests.jobs().getFirst().getMetadata().getName()
                    + "; expected threat models alone");
        }
        return manifests;
    }

    private Locations locations(boolean localFiles) {
        Map<String, Path> outputs = new HashMap<>(claims);
        outputs.putAll(outputClaims);
        // A pod gets credentials as files only; a person's machine has its own.
        return new Locations(claims, outputs, new Secrets(secrets, localFiles ? System.getenv() : Map.of()), localFiles);
    }

    private static TrainerException wrong(String message) {
        return new TrainerException(ExitCode.RUN_SPEC, message);
    }
}
