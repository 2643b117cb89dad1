package dev.advtrain.trainer.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.advtrain.trainer.evaluate.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** The report as its readers meet it; what was seen stays in {@code target/report-browser}. */
class ReportBrowserIT {
    private static final Path FOLDER = Path.of("target/report-browser").toAbsolutePath();
    private static final int WIDE = 1200;
    private static final int PHONE = 360;
    private static final int HEIGHT = 800;

    private static Browser browser;

    @BeforeAll
    static void start() throws IOException {
        Files.createDirectories(FOLDER);
        for (Map.Entry<String, Report> report : TestReport.all().entrySet()) {
            Files.writeString(page(report.getKey()), HtmlReport.of(report.getValue()));
        }
        browser = new Browser();
    }

    @AfterAll
    static void stop() {
        browser.close();
    }

    /** Every test ends so: the page alone was loaded, and nothing was wrong with it. */
    @AfterEach
    void asksForNothingAndComplainsOfNothing() {
        assertThat(browser.requests()).isNotEmpty().allMatch(url -> url.startsWith("file:///") && url.contains("/report-browser/"));
        assertThat(browser.complaints()).isEmpty();
    }

    /** The other tests would notice. */
    @Test
    void requestsAndComplaintsAreSeen() throws IOException {
        Path page = FOLDER.resolve("bad.html");
        Files.writeString(page, "<!DOCTYPE html><title>bad</title><img src='http://example.org/x.png'><script>console.error('broken')</script>");
        browser.open(page, WIDE, HEIGHT);
        assertThat(browser.requests()).contains("http://example.org/x.png");
        assertThat(browser.complaints()).anyMatch(text -> text.contains("broken"));
        open("bare", WIDE);
    }

    @Test
    void tabsShowOneThreatModelAtATime() {
        open("typical", WIDE);
        List<WebElement> tabs = all("[role=tab]");
        List<WebElement> panels = all("[role=tabpanel]");
        assertThat(tabs).hasSize(3);
        assertShown(panels, 0);
        tabs.get(1).click();
        assertShown(panels, 1);
        assertThat(tabs.get(1).getDomAttribute("aria-selected")).isEqualTo("true");
        assertThat(tabs.get(0).getDomAttribute("aria-selected")).isEqualTo("false");
        tabs.get(1).sendKeys(Keys.ARROW_RIGHT);
        assertShown(panels, 2);
        assertThat(browser.driver().switchTo().activeElement()).isEqualTo(tabs.get(2));
        tabs.get(2).sendKeys(Keys.ARROW_RIGHT);
        assertShown(panels, 0);
        // The overview's links lead to the tab, also a second time.
        for (int i = 0; i < 2; i++) {
            all(".chart a[href='#threat-model-2']").getFirst().click();
            assertShown(panels, 1);
            tabs.getFirst().click();
        }
        assertThat(browser.driver().getTitle()).isEqualTo("Robustness of digits");
    }

    @Test
    void tablesSort() {
        open("one-threat-model", WIDE);
        WebElement head = all(".sortable th button").get(3);
        assertThat(head.getText()).isEqualTo("Robust");
        List<Double> inOrder = robustByClass();
        head.click();
        assertThat(robustByClass()).isEqualTo(inOrder.stream().sorted().toList()).isNotEqualTo(inOrder);
        head.sendKeys(Keys.ENTER);
        assertThat(robustByClass()).isEqualTo(inOrder.stream().sorted().toList().reversed());
        assertThat(all("th[aria-sort=descending]")).hasSize(1);
    }

    @Test
    void withoutScriptEverythingIsShown() {
        browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", true));
        try {
            open("typical", WIDE);
            assertThat(all(".panel")).hasSize(3).allMatch(WebElement::isDisplayed);
            assertThat(all("[role=tab]")).isEmpty();
        } finally {
            browser.command("Emulation.setScriptExecutionDisabled", Map.of("value", false));
        }
    }

    @Test
    void picturesAreThere() {
        open("colour", WIDE);
        assertThat(all(".gallery img")).hasSize(27);
        assertThat(browser.<Boolean>script("return [...document.images].every(i => i.complete && i.naturalWidth === 32 && i.naturalHeight === 32)")).isTrue();
    }

    @Test
    void noPageIsWiderThanItsWindow() throws IOException {
        for (String name : TestReport.all().keySet()) {
            for (int width : new int[] {PHONE, 700, WIDE}) {
                open(name, width);
                for (int panel = 0; panel < Math.max(1, all("[role=tab]").size()); panel++) {
                    if (panel > 0) {
                        all("[role=tab]").get(panel).click();
                    }
                    assertThat(browser.<Long>script("return document.documentElement.scrollWidth")).as(name + " at " + width).isEqualTo(width);
                    assertThat(browser.<List<String>>script(OUTSIDE)).as(name + " at " + width).isEmpty();
                }
                browser.photograph(FOLDER.resolve(name + "-" + width + ".png"));
            }
        }
    }

    /** Whatever reaches out of the window and is not in a box that scrolls. */
    private static final String OUTSIDE = """
            return [...document.querySelectorAll('main *, header *')].filter(e => !e.closest('.scroll, pre, thead')).filter(e => {
              const box = e.getBoundingClientRect();
              return box.width > 0 && (box.right > innerWidth + 1 || box.left < -1);
            }).map(e => e.outerHTML.slice(0, 100));""";

    /** Text of the charts keeps its size and does not run into its neighbours; no name is broken. */
    @Test
    void textIsLegible() {
        for (int width : new int[] {PHONE, WIDE}) {
            open("typical", width);
            assertThat(browser.<Boolean>script("return [...document.querySelectorAll('.panel:not([hidden]) svg text')].every(t => t.getBoundingClientRect().height >= 11)")).isTrue();
            assertThat(browser.<List<String>>script(OVERLAPS)).as("at " + width).isEmpty();
            assertThat(all(".panel:not([hidden]) .checks th[scope=row]")).isNotEmpty().as("on one line").allMatch(name -> name.getSize().height < 40);
        }
    }

    private static final String OVERLAPS = """
            const found = [];
            for (const svg of document.querySelectorAll('.panel:not([hidden]) svg, #result svg')) {
              const texts = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
              texts.forEach(([a, p], i) => texts.slice(i + 1).forEach(([b, q]) => {
                if (p.left < q.right && q.left < p.right && p.top < q.bottom && q.top < p.bottom) found.push(a + ' / ' + b);
              }));
            }
            return found;""";

    @Test
    void colours() throws IOException {
        open("typical", WIDE);
        List<String> light = colourList();
        browser.media("dark");
        List<String> dark = colourList();
        assertThat(dark).doesNotContainAnyElementsOf(light.subList(0, 2));
        for (int i = 0; i < light.size(); i++) {
            assertThat(dark.get(i)).isNotEqualTo(light.get(i));
        }
        assertReadable("light and dark");
        browser.photograph(FOLDER.resolve("typical-dark.png"));
        browser.media("light");
        assertReadable("light");
        browser.media("dark", "print");
        assertThat(colourList()).as("paper is white").startsWith("rgb(255, 255, 255)", "rgb(0, 0, 0)");
    }

    @Test
    void paperHasEverything() throws IOException {
        open("typical", 700);
        browser.media("print");
        assertThat(all(".panel")).hasSize(3).allMatch(WebElement::isDisplayed);
        assertThat(all("nav, .tabs")).noneMatch(WebElement::isDisplayed);
        assertThat(browser.<Boolean>script("return [...document.querySelectorAll('.scroll')].every(e => getComputedStyle(e).overflowX === 'visible')")).isTrue();
        browser.photograph(FOLDER.resolve("typical-print.png"));
    }

    /** WCAG 2.2, 1.4.3: text has a contrast of at least 4.5 to what is behind it. */
    private static void assertReadable(String scheme) {
        assertThat(browser.<List<String>>script("""
                const canvas = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
                const rgb = colour => { canvas.clearRect(0, 0, 1, 1); canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1); return canvas.getImageData(0, 0, 1, 1).data; };
                const luminance = c => [0.2126, 0.7152, 0.0722].reduce((sum, weight, i) => {
                  const s = c[i] / 255;
                  return sum + weight * (s <= 0.04045 ? s / 12.92 : ((s + 0.055) / 1.055) ** 2.4);
                }, 0);
                const behind = e => { for (; e; e = e.parentElement) { const c = rgb(getComputedStyle(e).backgroundColor); if (c[3] === 255) return c; } };
                const text = [...document.querySelectorAll('main *, header *')].filter(e => e.getClientRects().length
                  && [...e.childNodes].some(n => n.nodeType === 3 && n.textContent.trim()) && !e.closest('title, desc'));
                return [...new Set(text.map(e => {
                  const style = getComputedStyle(e);
                  const [a, b] = [luminance(rgb(e.closest('svg') ? style.fill : style.color)), luminance(behind(e))].sort((x, y) => y - x);
                  const contrast = (a + 0.05) / (b + 0.05);
                  return contrast < 4.5 ? e.tagName + '.' + e.getAttribute('class') + ' ' + contrast.toFixed(2) : null;
                }).filter(Boolean))];""")).as(scheme).isEmpty();
    }

    /** Page, text, then those of the charts. */
    private static List<String> colourList() {
        return browser.script("""
                const style = (selector, property) => getComputedStyle(document.querySelector(selector))[property];
                return [style('body', 'backgroundColor'), style('body', 'color'), style('rect.left', 'fill'), style('rect.taken', 'fill'),
                  style('.curve', 'stroke'), style('.plot text', 'fill'), style('.plot .grid', 'stroke')];""");
    }

    private static List<Double> robustByClass() {
        return browser.<List<Object>>script("return [...document.querySelectorAll('.sortable tbody tr')].map(r => Number(r.cells[3].dataset.value))")
                .stream().map(value -> ((Number) value).doubleValue()).toList();
    }

    private static void assertShown(List<WebElement> panels, int index) {
        for (int i = 0; i < panels.size(); i++) {
            assertThat(panels.get(i).isDisplayed()).as("panel " + i).isEqualTo(i == index);
        }
    }

    private static List<WebElement> all(String selector) {
        return browser.driver().findElements(By.cssSelector(selector));
    }

    private static void open(String name, int width) {
        browser.open(page(name), width, HEIGHT);
    }

    private static Path page(String name) {
        return FOLDER.resolve(name + ".html");
    }
}
