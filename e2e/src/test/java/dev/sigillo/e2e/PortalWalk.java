package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A walk through the portal in Debian's Chromium: every page by axe, in both schemes and at several widths, and a picture of each. */
final class PortalWalk implements AutoCloseable {
    private static final List<String> ARGUMENTS = List.of(
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync");

    private final Playwright playwright =
            Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
    private final Browser browser;
    private final String endpoint;
    private final String name;
    private final String password;
    private final Path pictures;

    /** @param endpoint of the server, without a path */
    PortalWalk(String endpoint, String name, String password, Path pictures) {
        this.endpoint = endpoint;
        this.name = name;
        this.password = password;
        this.pictures = pictures;
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(chromium())
                        .setArgs(ARGUMENTS));
    }

    private static Path chromium() {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1))
                .map(folder -> Path.of(folder, "chromium"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new AssertionError("there is no chromium on PATH: apt-get install chromium"));
    }

    /** A browser window of somebody who is not signed in. */
    BrowserContext window(ColorScheme scheme, int width, int height, boolean scripts) {
        return browser.newContext(new Browser.NewContextOptions()
                .setIgnoreHTTPSErrors(true)
                .setColorScheme(scheme)
                .setJavaScriptEnabled(scripts)
                .setViewportSize(width, height));
    }

    Page signedIn(BrowserContext window) {
        Page page = window.newPage();
        page.navigate(endpoint + "/portal/");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign in"))
                .click();
        page.getByLabel("Name").fill(name);
        page.getByLabel("Password").fill(password);
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Log in"))
                .click();
        page.waitForURL(endpoint + "/portal/");
        return page;
    }

    /** The pages that lead from the first one, by a name for each: what there is to be seen of the first cluster. */
    Map<String, String> pages(Page page) {
        Map<String, String> pages = new LinkedHashMap<>();
        pages.put("overview", "/portal/");
        pages.put("alerts", "/portal/alerts");
        pages.put("operations", "/portal/operations");
        pages.put("audit", "/portal/audit");
        follow(page, pages, "cluster", "/portal/", "tbody th a");
        follow(page, pages, "pool", pages.getOrDefault("cluster", ""), "tbody th a");
        follow(page, pages, "node", pages.getOrDefault("pool", ""), "#roll tbody th a");
        pages.put("new-pool", pages.get("cluster") + "/new-pool");
        pages.put("rehearse", pages.get("cluster") + "/rehearse");
        pages.put("event-log", pages.get("node") + "/event-log?event=0");
        return pages;
    }

    private void follow(Page page, Map<String, String> pages, String called, String from, String links) {
        page.navigate(endpoint + from);
        Locator link = page.locator(links).first();
        assertThat(link.count()).as("a link to a " + called + " at " + from).isPositive();
        pages.put(called, link.getAttribute("href"));
    }

    /** Looks at one page: no complaint of axe's or of the browser's, nothing that has to be scrolled sideways; and a picture. */
    void look(Page page, String path, String picture) {
        List<String> complaints = new ArrayList<>();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error")) {
                complaints.add(message.text());
            }
        });
        page.navigate(endpoint + path);
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(pictures.resolve(picture + ".png"))
                .setFullPage(true));
        assertThat(complaints).as(path).isEmpty();
        assertThat(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))
                .as(path + " fits its window")
                .isEqualTo(true);
        assertThat(new AxeBuilder(page).analyze().getViolations())
                .extracting(
                        Rule::getId,
                        Rule::getHelp,
                        rule -> rule.getNodes().stream()
                                .map(node -> node.getHtml())
                                .limit(3)
                                .toList())
                .as(path + " by axe")
                .isEmpty();
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
