package dev.advtrain.trainer.storage;

import java.net.ConnectException;
import java.net.HttpURLConnection;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;

/** Failures of an S3 API in words. Never its own: they may quote what was sent, and name the endpoint, which is part of a Secret. */
final class S3Errors {
    private S3Errors() {
    }

    /** Of HTTP; 0 where there was no answer. */
    static int status(SdkException e) {
        return e instanceof AwsServiceException answer ? answer.statusCode() : 0;
    }

    /** Whether the server answered and will answer the same to everybody who asks the same. */
    static boolean isRefusal(SdkException e) {
        return e instanceof AwsServiceException answer && answer.statusCode() >= 300 && answer.statusCode() < 500
                && !answer.isThrottlingException() && answer.statusCode() != HttpURLConnection.HTTP_CLIENT_TIMEOUT;
    }

    static String inWords(SdkException e, String bucket) {
        return e instanceof AwsServiceException answer ? answered(answer, bucket) : unanswered(e);
    }

    private static String answered(AwsServiceException e, String bucket) {
        String code = Optional.ofNullable(e.awsErrorDetails()).map(details -> details.errorCode())
                .filter(text -> text.matches("[A-Za-z]{1,64}")).orElse("");
        if (code.equals("NoSuchBucket")) {
            return "there is no bucket " + bucket;
        }
        String status = e.statusCode() + (code.isEmpty() ? "" : " " + code);
        return switch (e.statusCode()) {
            // Some say so of a user too.
            case HttpURLConnection.HTTP_NOT_FOUND -> code.isEmpty() || code.equals("NoSuchKey") ? "no such object (" + status + ")" : "the server answered " + status;
            case HttpURLConnection.HTTP_PRECON_FAILED -> "it was replaced while it was read";
            case HttpURLConnection.HTTP_UNAUTHORIZED, HttpURLConnection.HTTP_FORBIDDEN -> "access denied (" + status + ")";
            default -> "the server answered " + status;
        };
    }

    private static String unanswered(SdkException e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case UnknownHostException _ -> {
                    return "the endpoint's host is unknown";
                }
                case SSLException _ -> {
                    return "no TLS connection to the endpoint, or none that can be trusted";
                }
                case ConnectException _ -> {
                    return "no connection to the endpoint";
                }
                case SocketTimeoutException _ -> {
                    return "the endpoint does not answer";
                }
                case SocketException _ -> {
                    return "the connection to the endpoint broke";
                }
                default -> { }
            }
        }
        return "the endpoint does not answer as expected";
    }
}
