package dev.advtrain.trainer.evaluate;

import org.eclipse.microprofile.config.ConfigProvider;

/** Of the trainer. */
final class Version {
    static final String OF_TRAINER = ConfigProvider.getConfig().getOptionalValue("quarkus.application.version", String.class).orElse("unpackaged");

    private Version() {}
}
