package dev.advtrain.trainer.storage;

import java.time.Duration;
import java.util.function.Supplier;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.apache5.Apache5HttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.StandardRetryStrategy;
import software.amazon.awssdk.retries.api.BackoffStrategy;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;

/** Clients that know nothing but what they are given: no profile, no instance metadata. */
final class S3Clients {
    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private S3Clients() {
    }

    /** @param settings looked at before each request, so that new credentials are used; endpoint and region as they are now */
    static S3Client create(Supplier<S3Settings> settings, Retries retries) {
        S3Settings now = settings.get();
        S3ClientBuilder builder = S3Client.builder()
                .region(Region.of(now.region()))
                .credentialsProvider(() -> settings.get().credentials())
                .httpClient(Apache5HttpClient.builder()
                        .connectionTimeout(CONNECT)
                        .socketTimeout(ANSWER)
                        .build())
                // Servers other than Amazon's do not all know the newer checksums; every upload carries an MD5 instead.
                .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
                .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
                .forcePathStyle(now.endpoint().isPresent())
                .overrideConfiguration(configuration -> configuration.retryStrategy(StandardRetryStrategy.builder()
                        .maxAttempts(retries.attempts())
                        .backoffStrategy(BackoffStrategy.exponentialDelay(retries.first(), retries.longest()))
                        .throttlingBackoffStrategy(BackoffStrategy.exponentialDelay(retries.first(), retries.longest()))
                        .circuitBreakerEnabled(false)
                        .build()));
        now.endpoint().ifPresent(builder::endpointOverride);
        return builder.build();
    }
}
