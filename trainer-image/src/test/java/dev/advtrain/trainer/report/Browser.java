package dev.advtrain.trainer.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

/** A headless Chromium without network that remembers what pages asked for and complained about. */
final class Browser implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final ChromeDriver driver;

    Browser() {
        ChromeOptions options = new ChromeOptions();
        options.setBinary(executable("chromium"));
        // As root, which CI is, Chromium has no sandbox; the page is ours.
        options.addArguments("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--hide-scrollbars",
                "--disable-background-networking", "--no-first-run", "--host-resolver-rules=MAP * ~NOTFOUND");
        LoggingPreferences logs = new LoggingPreferences();
        logs.enable(LogType.BROWSER, Level.ALL);
        logs.enable(LogType.PERFORMANCE, Level.ALL);
        options.setCapability("goog:loggingPrefs", logs);
        // With both given, Selenium looks for nothing and downloads nothing.
        driver = new ChromeDriver(new ChromeDriverService.Builder().usingDriverExecutable(executable("chromedriver")).usingAnyFreePort().build(), options);
        command("Network.enable", Map.of());
        command("Network.emulateNetworkConditions", Map.of("offline", true, "latency", 0, "downloadThroughput", 0, "uploadThroughput", 0));
    }

    ChromeDriver driver() {
        return driver;
    }

    void open(Path page, int width, int height, String... media) {
        command("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        media(media);
        driver.get(page.toUri().toString());
    }

    /** @param media {@code print}, {@code dark}, or neither */
    void media(String... media) {
        List<String> wanted = Arrays.asList(media);
        command("Emulation.setEmulatedMedia", Map.of("media", wanted.contains("print") ? "print" : "screen",
                "features", List.of(Map.of("name", "prefers-color-scheme", "value", wanted.contains("dark") ? "dark" : "light"))));
    }

    void command(String name, Map<String, Object> arguments) {
        driver.executeCdpCommand(name, arguments);
    }

    @SuppressWarnings("unchecked")
    <T> T script(String script, Object... arguments) {
        return (T) driver.executeScript(script, arguments);
    }

    /** What was asked for since the last look, but for data in the page itself. */
    List<String> requests() {
        List<String> urls = new ArrayList<>();
        driver.manage().logs().get(LogType.PERFORMANCE).forEach(entry -> {
            JsonNode message = read(entry.getMessage()).get("message");
            if (message.get("method").asText().equals("Network.requestWillBeSent")) {
                urls.add(message.at("/params/request/url").asText());
            }
        });
        urls.removeIf(url -> url.startsWith("data:"));
        return urls;
    }

    /** Errors, warnings, and what the page's policy refused, since the last look. */
    List<String> complaints() {
        return driver.manage().logs().get(LogType.BROWSER).getAll().stream().map(Object::toString).toList();
    }

    /** The whole page, as tall as it is. */
    void photograph(Path file) throws IOException {
        long width = script("return innerWidth");
        long height = script("return document.documentElement.scrollHeight");
        command("Emulation.setDeviceMetricsOverride", Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
        Files.createDirectories(file.getParent());
        Files.write(file, driver.getScreenshotAs(OutputType.BYTES));
    }

    @Override
    public void close() {
        driver.quit();
    }

    private static File executable(String name) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator)).map(folder -> new File(folder, name)).filter(File::canExecute).findFirst()
                .orElseThrow(() -> new IllegalStateException(name + " is not in PATH; expected Debian's packages chromium and chromium-driver"));
    }

    private static JsonNode read(String json) {
        try {
            return JSON.readTree(json);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
