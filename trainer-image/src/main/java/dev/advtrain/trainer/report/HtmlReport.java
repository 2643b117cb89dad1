package dev.advtrain.trainer.report;

import dev.advtrain.resolve.Sha256;
import dev.advtrain.trainer.evaluate.Report;
import io.quarkus.qute.Engine;
import io.quarkus.qute.HtmlEscaper;
import io.quarkus.qute.RawString;
import io.quarkus.qute.ReflectionValueResolver;
import io.quarkus.qute.Template;
import io.quarkus.qute.Variant;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;

/** A report as one HTML file: no network, no frame, readable without its script, the same bytes for the same report. */
public final class HtmlReport {
    private static final String STYLE = resource("report.css");
    private static final String SCRIPT = resource("report.js");
    /** Whatever a name or a warning might smuggle in: nothing is loaded, and only our own style and script take effect. */
    private static final String POLICY = "default-src 'none'; img-src data:; style-src '" + digest(STYLE) + "'; script-src '"
            + digest(SCRIPT) + "'; base-uri 'none'; form-action 'none'";
    private static final Template TEMPLATE = template();

    private HtmlReport() {}

    /** @throws IllegalArgumentException if a picture's values do not fit its shape */
    public static String of(Report report) {
        return TEMPLATE.data("page", Page.of(report)).data("style", new RawString(STYLE)).data("script", new RawString(SCRIPT)).data("policy", POLICY).render();
    }

    private static Template template() {
        Variant html = Variant.forContentType(Variant.TEXT_HTML);
        Engine engine = Engine.builder().addDefaults().addValueResolver(new ReflectionValueResolver())
                .addResultMapper(new HtmlEscaper(List.of(Variant.TEXT_HTML))).strictRendering(true).build();
        for (String part : List.of("threat-model", "confusion", "masking")) {
            engine.putTemplate(part, engine.parse(resource(part + ".html"), html, part));
        }
        return engine.parse(resource("report.html"), html, "report");
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream("/report/" + name)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String digest(String text) {
        byte[] hash = Sha256.newDigest().digest(text.getBytes(StandardCharsets.UTF_8));
        return "sha256-" + Base64.getEncoder().encodeToString(hash);
    }
}
