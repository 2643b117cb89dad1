package dev.advtrain.trainer.storage;

import dev.advtrain.contract.ExitCode;
import dev.advtrain.trainer.TrainerException;
import java.net.URI;
import java.util.Optional;
import java.util.function.Function;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * How to reach an S3 API, from the usual names. No value is ever part of a message.
 *
 * @param endpoint empty for Amazon's own in the region
 */
record S3Settings(Optional<URI> endpoint, String region, AwsCredentials credentials) {
    static final String ENDPOINT = "AWS_ENDPOINT_URL";
    static final String REGION = "AWS_REGION";
    static final String ACCESS_KEY = "AWS_ACCESS_KEY_ID";
    static final String SECRET_KEY = "AWS_SECRET_ACCESS_KEY";
    static final String SESSION_TOKEN = "AWS_SESSION_TOKEN";
    private static final String DEFAULT_REGION = "us-east-1";

    /**
     * @param source what holds them, for errors
     * @param values of the names; null where there is none
     * @throws TrainerException 64 naming what is missing or malformed
     */
    static S3Settings of(String source, Function<String, String> values) {
        Function<String, Optional<String>> optional = name -> value(source, name, values.apply(name));
        String access = optional.apply(ACCESS_KEY).orElseThrow(() -> missing(source, ACCESS_KEY));
        String secret = optional.apply(SECRET_KEY).orElseThrow(() -> missing(source, SECRET_KEY));
        return new S3Settings(optional.apply(ENDPOINT).map(text -> endpoint(source, text)),
                optional.apply(REGION).orElse(DEFAULT_REGION),
                optional.apply(SESSION_TOKEN).<AwsCredentials>map(token -> AwsSessionCredentials.create(access, secret, token))
                        .orElseGet(() -> AwsBasicCredentials.create(access, secret)));
    }

    /** Without the line end that many a file ends with. What HTTP would refuse, with the value in its message, is refused here. */
    private static Optional<String> value(String source, String name, String given) {
        String text = given == null ? "" : given.strip();
        if (!text.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw wrong(source, name + " has a character that is no visible ASCII; expected one line of text");
        }
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    private static URI endpoint(String source, String text) {
        try {
            URI uri = URI.create(text);
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean bare = uri.getRawPath().isEmpty() || uri.getRawPath().equals("/");
            if (web && uri.getHost() != null && uri.getRawUserInfo() == null && bare && uri.getRawQuery() == null && uri.getRawFragment() == null) {
                return uri;
            }
        } catch (IllegalArgumentException | NullPointerException e) {
            // The same sentence: the exception's own would quote the value.
        }
        throw wrong(source, ENDPOINT + " is malformed; expected https://HOST or http://HOST, with a port or without, and nothing more");
    }

    private static TrainerException missing(String source, String name) {
        return wrong(source, "has no " + name);
    }

    private static TrainerException wrong(String source, String what) {
        return new TrainerException(ExitCode.RUN_SPEC, source + ": " + what);
    }

    @Override
    public String toString() {
        return "S3Settings";
    }
}
