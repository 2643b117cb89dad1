package dev.advtrain.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.advtrain.trainer.evaluate.Picture;
import dev.advtrain.trainer.evaluate.Report;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HtmlReportTest {

    static Stream<Report> reports() {
        return TestReport.all().values().stream();
    }

    @ParameterizedTest
    @MethodSource("reports")
    void isOneFileThatNeedsNothingElse(Report report) {
        String html = HtmlReport.of(report);
        assertThat(html).startsWith("<!DOCTYPE html>").endsWith("</html>\n");
        assertThat(all(html, "(?:src|href)=\"([^\"]*)\"")).allMatch(target -> target.startsWith("#") || target.startsWith("data:"));
        assertThat(html).doesNotContain("@import", "url(", "<iframe", "<link rel=\"stylesheet\"", " style=\"", "onclick");
        assertThat(html).doesNotContain("NOT_FOUND", ">null<", "NaN", "Optional[");
    }

    @ParameterizedTest
    @MethodSource("reports")
    void namesItsParts(Report report) {
        String html = HtmlReport.of(report);
        List<String> ids = all(html, " id=\"([^\"]*)\"");
        assertThat(ids).doesNotHaveDuplicates();
        assertThat(ids).containsAll(all(html, "href=\"#([^\"]*)\""));
        assertThat(ids).containsAll(all(html, "aria-labelledby=\"([^\"]*)\"").stream().flatMap(labels -> Stream.of(labels.split(" "))).toList());
        assertThat(count(html, "<table ")).isEqualTo(count(html, "<caption"));
        assertThat(count(html, "<img ")).isEqualTo(count(html, "alt=\"[^\"]+\""));
        assertThat(count(html, "<svg role=\"img\"")).isEqualTo(count(html, "<desc "));
        assertThat(count(html, "<h1>")).isEqualTo(1);
    }

    @Test
    void escapesWhateverItIsGiven() {
        String html = HtmlReport.of(TestReport.typical());
        assertThat(html).doesNotContain(TestReport.HOSTILE, "<img src=x");
        assertThat(html).contains("&lt;script&gt;document.title=&#39;broken&#39;&lt;/script&gt;", "&quot;quoted&quot; &amp; &lt;img src=x onerror=alert(1)&gt; {page.name}");
        assertThat(count(html, "<script>")).isEqualTo(1);
    }

    @Test
    void allowsItsOwnStyleAndScriptOnly() throws Exception {
        String html = HtmlReport.of(TestReport.typical());
        String policy = all(html, "Content-Security-Policy\" content=\"([^\"]*)\"").getFirst().replace("&#39;", "'");
        assertThat(policy).startsWith("default-src 'none'; img-src data:;");
        for (String element : List.of("style", "script")) {
            String content = all(html, "(?s)<" + element + ">(.*?)</" + element + ">").getFirst();
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
            assertThat(policy).contains(element + "-src 'sha256-" + Base64.getEncoder().encodeToString(digest) + "'");
        }
    }

    @Test
    void isTheSameForTheSameReport() {
        assertThat(HtmlReport.of(TestReport.colour())).isEqualTo(HtmlReport.of(TestReport.colour()));
    }

    @Test
    void saysTheNumbersOfTheReport() {
        Report report = TestReport.oneThreatModel();
        Report.Result result = report.results().getFirst();
        String text = text(HtmlReport.of(report));
        for (Report.Share share : Stream.concat(Stream.of(report.clean(), report.robust()), result.attacks().stream().map(Report.Attack::robust)).toList()) {
            assertThat(text).contains(percent(share), bound(share.confidenceInterval().lower()), " " + share.correct() + " ");
        }
        assertThat(text).contains("95 % interval " + bound(report.robust().confidenceInterval().lower()) + "–" + bound(report.robust().confidenceInterval().upper()) + " %");
        int before = report.clean().correct();
        for (Report.Attack attack : result.attacks()) {
            assertThat(text).contains(attack.name() + " −" + (before - attack.robust().correct()) + " " + attack.robust().correct() + " left");
            before = attack.robust().correct();
        }
        assertThat(text).contains("95 % interval", "an upper bound", "Not suspected", "0.1 (declared)", report.runId(), report.model().sha256());
        report.data().test().values().forEach(digest -> assertThat(text).contains(digest));
        report.gradientMasking().checks().forEach(check -> assertThat(text).contains(check.name(), check.evidence()));
    }

    @Test
    void setsTheIncomingModelBesideTheTrainedOne() {
        Report report = TestReport.typical();
        Report.Baseline baseline = report.baseline();
        String text = text(HtmlReport.of(report));
        assertThat(text).contains("incoming model " + percent(baseline.clean()) + ", −", "incoming model " + percent(baseline.robust()) + ", +",
                "601 became robust, 1 no longer are; 12 became right without an attack, 62 no longer are", baseline.uri(), baseline.sha256());
        assertThat(text.split("incoming " + percent(baseline.robust()), -1)).as("each threat model and all together").hasSize(report.results().size() + 2);
        assertThat(text(HtmlReport.of(TestReport.oneThreatModel()))).doesNotContain("ncoming");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(text(HtmlReport.of(TestReport.nothingRight()))).contains("every sample is misclassified as it is", "0.00 %", "No picture was kept");
        assertThat(text(HtmlReport.of(TestReport.table()))).contains("Examples of shape [13] are not shown");
        assertThat(text(HtmlReport.of(TestReport.oneSample()))).contains("Inconclusive", "2.50–100.00");
        assertThat(text(HtmlReport.of(TestReport.twoClasses()))).contains("APGD-T needs 4 classes and was left out");
        assertThat(text(HtmlReport.of(TestReport.hundredClasses()))).contains("the most frequent confusions of 100 classes");
        assertThat(text(HtmlReport.of(TestReport.bare()))).contains("No other budgets were attacked", "ScoreBlackBox, 5,000 queries", "attacker sees scores only").doesNotContain("Selected epoch", "Training data");
    }

    @Test
    void aPictureThatDoesNotFitItsShapeIsNamed() {
        assertThatThrownBy(() -> Gallery.of(TestReport.withPicture(new Picture(41, 3, 3, 1, 4, 1, "PGD", List.of(1L, 2L, 2L), TestReport.base64(0, 0, 0, 0), TestReport.base64(0, 0, 0)))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("adversarial of the picture of example 41 has 3 values; expected 4 of shape [1, 2, 2]");
    }

    @Test
    void everyTestReportIsConsistent() {
        for (Map.Entry<String, Report> each : TestReport.all().entrySet()) {
            Report report = each.getValue();
            for (Report.Result result : report.results()) {
                assertThat(report.robust().correct()).as(each.getKey()).isLessThanOrEqualTo(result.robust().correct());
                if (!result.attacks().isEmpty()) {
                    assertThat(result.attacks().getLast().robust()).as(each.getKey()).isEqualTo(result.robust());
                }
            }
        }
    }

    private static String percent(Report.Share share) {
        return String.format(Locale.ROOT, "%.2f %%", 100.0 * share.correct() / share.samples());
    }

    private static String bound(String share) {
        return String.format(Locale.ROOT, "%.2f", 100 * Double.parseDouble(share));
    }

    /** What a reader sees, without drawings. */
    private static String text(String html) {
        return html.replaceAll("(?s)<(style|script|svg).*?</\\1>", "").replaceAll("<[^>]*>", " ").replace("&nbsp;", " ").replace('\u00A0', ' ').replaceAll("[ \\n]+", " ");
    }

    private static List<String> all(String html, String regex) {
        return Pattern.compile(regex).matcher(html).results().map((MatchResult match) -> match.group(1)).toList();
    }

    private static int count(String html, String regex) {
        return (int) Pattern.compile(regex).matcher(html).results().count();
    }
}
