package dev.advtrain.trainer.report;

import io.quarkus.qute.RawString;
import java.util.Locale;

/**
 * Writes one inline drawing. Places are in percent of its width, so that text and lines keep their size on every screen;
 * colours come from the page's classes, so that they follow the theme.
 */
final class Svg {
    private final StringBuilder out = new StringBuilder();

    private Svg() {}

    /** A picture with meaning. {@code id} is unique on the page. */
    static Svg image(String id, String css, String title, String description) {
        Svg svg = new Svg();
        svg.out.append("<svg role=\"img\" class=\"").append(css).append("\" aria-labelledby=\"").append(id).append("-title ")
                .append(id).append("-desc\"><title id=\"").append(id).append("-title\">").append(escape(title))
                .append("</title><desc id=\"").append(id).append("-desc\">").append(escape(description)).append("</desc>");
        return svg;
    }

    /** One whose numbers stand beside it as text; the title is shown by a pointer that rests on it. */
    static Svg mark(String css, String title) {
        Svg svg = new Svg();
        svg.out.append("<svg aria-hidden=\"true\" class=\"").append(css).append("\"><title>").append(escape(title)).append("</title>");
        return svg;
    }

    /** @param attributes name, value, name, value ... */
    Svg add(String element, Object... attributes) {
        open(element, attributes);
        out.append("/>");
        return this;
    }

    Svg text(String text, Object... attributes) {
        open("text", attributes);
        out.append('>').append(escape(text)).append("</text>");
        return this;
    }

    /** Elements in units of their own, from (0,0) to (1,1), stretched over the whole. */
    Svg stretched(String elements) {
        out.append("<svg viewBox=\"0 0 1 1\" preserveAspectRatio=\"none\" width=\"100%\" height=\"100%\">").append(elements).append("</svg>");
        return this;
    }

    /** A shape in pixels around a point. */
    Svg shape(String css, String x, String y, String path) {
        out.append("<svg class=\"").append(css).append("\" x=\"").append(x).append("\" y=\"").append(y).append("\"><path d=\"")
                .append(path).append("\"/></svg>");
        return this;
    }

    /** @param share of the width or height */
    static String at(double share) {
        return number(100 * share) + "%";
    }

    static String number(double value) {
        String text = String.format(Locale.ROOT, "%.4f", value);
        return text.replaceAll("\\.?0+$", "");
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;").replace("'", "&#39;");
    }

    /** Not to be escaped again. */
    RawString drawing() {
        return new RawString(out + "</svg>");
    }

    private void open(String element, Object... attributes) {
        out.append('<').append(element);
        for (int i = 0; i < attributes.length; i += 2) {
            out.append(' ').append(attributes[i]).append("=\"").append(escape(String.valueOf(attributes[i + 1]))).append('"');
        }
    }
}
