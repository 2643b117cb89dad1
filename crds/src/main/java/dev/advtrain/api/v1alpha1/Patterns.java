package dev.advtrain.api.v1alpha1;

import java.util.Map;

/** The regular expressions of string fields (RE2 and Java alike), and each in words for a person. */
public final class Patterns {
    private static final String UNSIGNED = "[0-9]{1,9}(\\.[0-9]{1,12})?";
    private static final String EXPONENT = "([eE][-+]?[0-9]{1,2})?";

    public static final String DECIMAL = "^" + UNSIGNED + EXPONENT + "$";
    public static final String SIGNED_DECIMAL = "^-?" + UNSIGNED + EXPONENT + "$";
    public static final String BUDGET = "^(" + UNSIGNED + EXPONENT + "|" + UNSIGNED + "/[1-9][0-9]{0,8})$";
    public static final String ACCURACY = "^(0(\\.[0-9]{1,4})?|1(\\.0{1,4})?)$";
    public static final String SHA256 = "^[0-9a-f]{64}$";
    /** The name of a Kubernetes object (DNS subdomain). */
    public static final String OBJECT_NAME = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$";
    private static final String CLAIM_OR_BUCKET = "(pvc://[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?|s3://[a-z0-9][-a-z0-9.]{1,61}[a-z0-9])";
    private static final String PATH = "/[^/\\s\\x00-\\x1f\\x7f][^\\s\\x00-\\x1f\\x7f]*";
    /** ASCII that JSON does not escape: the uri stands twice in a termination message, whose bytes are few. */
    private static final String SHORT_PATH = "/[!#-.0-\\[\\]-~][!#-\\[\\]-~]*";
    /** RFC 3986: no user, no fragment, a host that is a name or an IPv4 address. */
    private static final String HTTPS = "https://[A-Za-z0-9]([-A-Za-z0-9.]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?"
            + "/([-A-Za-z0-9._~!$&'()*+,;=:@]|%[0-9A-Fa-f]{2})([-A-Za-z0-9._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*";
    /** What can be read. */
    public static final String URI = "^((file://|" + CLAIM_OR_BUCKET + ")" + PATH + "|" + HTTPS + ")$";
    /** What can be written. */
    public static final String OUTPUT_URI = "^(file://" + PATH + "|" + CLAIM_OR_BUCKET + SHORT_PATH + ")$";
    public static final String QUANTITY =
            "^(\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))(([KMGTPE]i)|[numkMGTPE]|([eE](\\+|-)?(([0-9]+(\\.[0-9]*)?)|(\\.[0-9]+))))?$";

    /** Length limits, so that the cost of the CEL rules is bounded. */
    public static final int MAX_NUMBER_LENGTH = 32;
    public static final int MAX_URI_LENGTH = 512;

    private static final Map<String, String> IN_WORDS = Map.of(
            DECIMAL, "a decimal that is not negative, such as \"0.1\" or \"5e-4\"",
            SIGNED_DECIMAL, "a decimal, such as \"0\" or \"-1.5\"",
            BUDGET, "a decimal or a fraction that is not negative, such as \"0.1\" or \"8/255\"",
            ACCURACY, "a decimal from 0 to 1 with at most four digits, such as \"0.85\"",
            SHA256, "64 lower-case hexadecimal digits",
            OBJECT_NAME, "the name of a Kubernetes object (lower-case letters, digits, '-' and '.')",
            URI, "pvc://CLAIM/path, s3://BUCKET/key or https://HOST/path (without a cluster also file:///path)",
            OUTPUT_URI, "pvc://CLAIM/path or s3://BUCKET/key, of ASCII without quotes, backslashes and spaces (without a cluster also file:///path)",
            QUANTITY, "a Kubernetes quantity, such as \"500m\" or \"2Gi\"");

    private Patterns() {
    }

    /** What a pattern of this class accepts, in words; the expression itself for any other. */
    public static String inWords(String pattern) {
        return IN_WORDS.getOrDefault(pattern, "a text matching " + pattern);
    }
}
