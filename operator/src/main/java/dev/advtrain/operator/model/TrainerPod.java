package dev.advtrain.operator.model;

import dev.advtrain.contract.Command;
import dev.advtrain.contract.ComputeDevice;
import dev.advtrain.contract.PodPaths;
import dev.advtrain.contract.TrainerArguments;
import dev.advtrain.resolve.Sha256;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.PodTemplateSpecBuilder;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;

/** The pod of a stage: restricted Pod Security, no API credentials, only the volumes the stage needs. */
final class TrainerPod {
    static final String CONTAINER = "trainer";
    // Any non-root number will do: volumes are made writable through fsGroup.
    private static final long USER = 65532L;
    private static final long GRACE_PERIOD_SECONDS = 60L;
    private static final int OWNER_AND_GROUP_READ = 0440;
    private static final String RUN_SPEC_VOLUME = "run-spec";

    private final Run run;
    private final Command stage;
    private final int attempt;
    private final List<String> args = new ArrayList<>();
    private final List<Volume> volumes = new ArrayList<>();
    private final List<VolumeMount> mounts = new ArrayList<>();

    private TrainerPod(Run run, Command stage, int attempt) {
        this.run = run;
        this.stage = stage;
        this.attempt = attempt;
    }

    static PodTemplateSpec template(Run run, Command stage, int attempt, String image) {
        return new TrainerPod(run, stage, attempt).build(image);
    }

    private PodTemplateSpec build(String image) {
        addCommand();
        addRunSpec();
        int number = 0;
        for (String claim : run.inputs(stage).claims()) {
            addClaim("input-" + number++, claim, PodPaths.input(claim), TrainerArguments.CLAIM, true);
        }
        for (String claim : run.output().claims()) {
            addClaim("output", claim, PodPaths.output(claim), TrainerArguments.OUTPUT_CLAIM, false);
        }
        number = 0;
        for (String secret : run.inputs(stage).and(run.output()).secrets()) {
            addSecret("secret-" + number++, secret);
        }
        addScratch("tmp", PodPaths.TMP);
        addScratch("work", PodPaths.WORK);
        return new PodTemplateSpecBuilder()
                .withNewMetadata()
                .withLabels(ChildLabels.of(run.owner().name(), stage, attempt))
                .addToAnnotations("kubectl.kubernetes.io/default-container", CONTAINER)
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .withAutomountServiceAccountToken(false)
                .withEnableServiceLinks(false)
                .withTerminationGracePeriodSeconds(GRACE_PERIOD_SECONDS)
                .withSecurityContext(new PodSecurityContextBuilder()
                        .withRunAsNonRoot(true)
                        .withRunAsUser(USER)
                        .withRunAsGroup(USER)
                        .withFsGroup(USER)
                        .withFsGroupChangePolicy("OnRootMismatch")
                        .withNewSeccompProfile()
                        .withType("RuntimeDefault")
                        .endSeccompProfile()
                        .build())
                .withContainers(new ContainerBuilder()
                        .withName(CONTAINER)
                        .withImage(image)
                        .withArgs(args)
                        .withResources(TrainerResources.of(run, stage))
                        .withTerminationMessagePath(PodPaths.TERMINATION_LOG)
                        .withTerminationMessagePolicy("File")
                        .withSecurityContext(new SecurityContextBuilder()
                                .withRunAsNonRoot(true)
                                .withAllowPrivilegeEscalation(false)
                                .withReadOnlyRootFilesystem(true)
                                .withNewCapabilities()
                                .withDrop("ALL")
                                .endCapabilities()
                                .build())
                        .withVolumeMounts(mounts)
                        .build())
                .withVolumes(volumes)
                .endSpec()
                .build();
    }

    private void addCommand() {
        args.add(stage.toString());
        args.addAll(List.of(TrainerArguments.RUN_SPEC, PodPaths.runSpec(stage)));
        args.addAll(List.of(TrainerArguments.SHA256, Sha256.hex(run.json(stage))));
        args.addAll(List.of(TrainerArguments.RUN_ID, run.runId()));
        if (stage == Command.TRAIN) {
            args.addAll(List.of(TrainerArguments.ATTEMPT, Integer.toString(attempt)));
        }
        if (TrainerResources.device(run, stage) == ComputeDevice.CUDA) {
            args.addAll(List.of(TrainerArguments.DEVICE, ComputeDevice.CUDA.toString()));
        }
    }

    private void addRunSpec() {
        volumes.add(new VolumeBuilder()
                .withName(RUN_SPEC_VOLUME)
                .withNewConfigMap()
                .withName(run.configMapName())
                .addNewItem()
                .withKey(PodPaths.runSpecKey(stage))
                .withPath(PodPaths.runSpecKey(stage))
                .endItem()
                .endConfigMap()
                .build());
        mounts.add(new VolumeMountBuilder()
                .withName(RUN_SPEC_VOLUME)
                .withMountPath(PodPaths.RUN_SPEC_DIRECTORY)
                .withReadOnly(true)
                .build());
    }

    private void addClaim(String volume, String claim, String dir, String option, boolean readOnly) {
        // One claim may be input and output of the same pod: then only the mount of the input is read-only.
        boolean readOnlyVolume = readOnly && !run.output().claims().contains(claim);
        volumes.add(new VolumeBuilder()
                .withName(volume)
                .withNewPersistentVolumeClaim()
                .withClaimName(claim)
                .withReadOnly(readOnlyVolume)
                .endPersistentVolumeClaim()
                .build());
        mounts.add(new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(dir)
                .withReadOnly(readOnly)
                .build());
        args.add(option);
        args.add(claim + "=" + dir);
    }

    /** As files, never as variables: those show in descriptions of the pod and in what it starts. */
    private void addSecret(String volume, String secret) {
        volumes.add(new VolumeBuilder()
                .withName(volume)
                .withNewSecret()
                .withSecretName(secret)
                .withDefaultMode(OWNER_AND_GROUP_READ)
                .endSecret()
                .build());
        mounts.add(new VolumeMountBuilder()
                .withName(volume)
                .withMountPath(PodPaths.secret(secret))
                .withReadOnly(true)
                .build());
        args.add(TrainerArguments.SECRET);
        args.add(secret + "=" + PodPaths.secret(secret));
    }

    private void addScratch(String volume, String dir) {
        volumes.add(new VolumeBuilder().withName(volume).withNewEmptyDir().endEmptyDir().build());
        mounts.add(new VolumeMountBuilder().withName(volume).withMountPath(dir).build());
    }
}
