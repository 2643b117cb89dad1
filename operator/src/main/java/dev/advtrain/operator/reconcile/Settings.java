package dev.advtrain.operator.reconcile;

import io.quarkus.runtime.Startup;
import io.quarkus.runtime.configuration.ConfigurationException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the operator is told from outside. Made at start, so that a wrong setting ends it there. */
@Startup
@ApplicationScoped
public class Settings {
    private final Optional<String> trainerImage;
    private final Optional<String> podName;

    @Inject
    public Settings(@ConfigProperty(name = "advtrain.trainer.image") Optional<String> trainerImage,
            @ConfigProperty(name = "hostname") Optional<String> podName) {
        this.trainerImage = trainerImage.map(String::strip).filter(image -> !image.isEmpty());
        this.podName = podName;
        if (this.trainerImage.isEmpty()) {
            throw new ConfigurationException(
                    "ADVTRAIN_TRAINER_IMAGE is not set: it must name the image of the pods that train and attack");
        }
    }

    /** The image of the trainer's pods. */
    String trainerImage() {
        return trainerImage.orElseThrow();
    }

    /** This process, in events. */
    String instance() {
        return podName.orElse("advtrain-operator");
    }
}
