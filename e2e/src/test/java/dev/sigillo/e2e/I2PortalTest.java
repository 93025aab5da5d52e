package dev.sigillo.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import dev.sigillo.arm.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@Order(5)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@DisplayName("The portal in a real browser, over a cluster with a trusted node")
class I2PortalTest {
    private static final String NAME = "petra";
    private static final String PASSWORD = "portal horse battery";

    private final Installation sigillo = Installation.shared();

    @SuppressWarnings("NullAway.Init")
    private PortalWalk walk;

    @BeforeAll
    void begins() throws Exception {
        if (sigillo.az("aks", "list", "--query", "[].name", "-o", "tsv").ok().isBlank()) {
            sigillo.ensureCluster();
        }
        Path password = Files.writeString(sigillo.home().resolve("user/portal-password"), PASSWORD);
        String id = Json.object(sigillo.sigillo(
                                "principal",
                                "create",
                                NAME,
                                "--user",
                                "--password-file",
                                password.toString(),
                                "--output",
                                "json")
                        .ok())
                .path("clientId")
                .asString();
        sigillo.az(
                        "role",
                        "assignment",
                        "create",
                        "--assignee",
                        id,
                        "--role",
                        "Owner",
                        "--scope",
                        "/subscriptions/" + sigillo.environment().getOrDefault("SIGILLO_SUBSCRIPTION", ""))
                .ok();
        Path pictures = Files.createDirectories(Path.of("target", "portal"));
        walk = new PortalWalk(sigillo.environment().getOrDefault("SIGILLO_ENDPOINT", ""), NAME, PASSWORD, pictures);
    }

    /** She goes again: as long as there is another Owner, the first one's role can be taken away. */
    @AfterAll
    void ends() {
        walk.close();
        sigillo.sigillo("principal", "delete", NAME).ok();
    }

    @Test
    @DisplayName(
            "every page, dark and light, narrow and wide (to 4k in ./test --long): axe has no violation, nothing is blocked by the page's own policy")
    void everyPage() {
        Map<ColorScheme, int[]> looks = new LinkedHashMap<>();
        boolean all = "long".equals(System.getenv("SIGILLO_TEST"));
        looks.put(ColorScheme.LIGHT, all ? new int[] {360, 1600, 3840} : new int[] {360});
        looks.put(ColorScheme.DARK, all ? new int[] {360, 1600} : new int[] {1600});
        looks.forEach((scheme, widths) -> {
            for (int width : widths) {
                try (BrowserContext window = walk.window(scheme, width, 900, true)) {
                    Page page = walk.signedIn(window);
                    walk.pages(page)
                            .forEach((called, path) -> walk.look(
                                    page, path, called + "-" + scheme.name().toLowerCase(Locale.ROOT) + "-" + width));
                }
            }
        });
    }

    @Test
    @DisplayName("the chain of a trusted node says who signed shim, GRUB and kernel, what let each in, and their SBAT")
    void chain() {
        try (BrowserContext window = walk.window(ColorScheme.LIGHT, 1280, 800, true)) {
            Page page = walk.signedIn(window);
            page.navigate(sigillo.environment().getOrDefault("SIGILLO_ENDPOINT", "")
                    + walk.pages(page).get("node"));
            List<String> links = page.locator("ol.chain li.link").allTextContents();
            assertThat(links.get(1)).contains("O=Microsoft Corporation", "shim,4,UEFI shim");
            assertThat(links.get(2)).contains("Debian Secure Boot Signer", "grub.debian,");
            assertThat(links.get(3)).contains("Debian Secure Boot Signer");
        }
    }

    @Test
    @DisplayName("by keyboard: the first stop skips to the content")
    void keyboard() {
        try (BrowserContext window = walk.window(ColorScheme.LIGHT, 1280, 800, true)) {
            Page page = walk.signedIn(window);
            page.keyboard().press("Tab");
            assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("Skip to content");
            page.keyboard().press("Enter");
            assertThat(page.evaluate("document.activeElement.id")).isEqualTo("main");
        }
    }

    @Test
    @DisplayName("without scripts: pages are read and forms are sent all the same")
    void withoutScripts() {
        try (BrowserContext window = walk.window(ColorScheme.LIGHT, 1280, 800, false)) {
            Page page = walk.signedIn(window);
            assertThat(walk.pages(page)).containsKeys("cluster", "pool", "node");
            assertThat(page.getByRole(AriaRole.HEADING).first().textContent()).startsWith("Pool ");
            page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Sign out"))
                    .click();
            assertThat(page.getByText("You are signed out.").count()).isEqualTo(1);
        }
    }
}
