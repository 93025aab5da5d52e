package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Role;
import dev.sigillo.arm.RoleScope;
import dev.sigillo.server.ArmHarness.Reply;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** A browser without scripts: keeps cookies, follows 303, fills in forms. Nothing of it knows what is behind a page. */
final class PortalVisitor {
    private static final Pattern INPUT = Pattern.compile("<input ([^>]*)>");
    private static final Pattern ATTRIBUTE = Pattern.compile("([a-z-]+)=\"([^\"]*)\"|\\b(checked)\\b");

    private final ArmHarness arm;
    private final Map<String, String> cookies = new LinkedHashMap<>();

    PortalVisitor(ArmHarness arm) {
        this.arm = arm;
    }

    /** @param at the path, after all that it was sent on to */
    record Page(int status, String at, String html, HttpResponse<String> raw) {
        String header(String name) {
            return raw.headers().firstValue(name).orElse("");
        }

        /** The fields of the form with that action, as the browser would send them untouched. */
        Map<String, String> form(String action) {
            int start = html.indexOf("action=\"" + action + "\"");
            assertThat(start).as("a form to " + action + " in " + html).isNotNegative();
            Map<String, String> fields = new LinkedHashMap<>();
            Matcher input = INPUT.matcher(html.substring(start, html.indexOf("</form>", start)));
            while (input.find()) {
                Map<String, String> attributes = new LinkedHashMap<>();
                Matcher attribute = ATTRIBUTE.matcher(input.group(1));
                while (attribute.find()) {
                    attributes.put(
                            attribute.group(1) == null ? "checked" : attribute.group(1),
                            attribute.group(2) == null ? "" : plain(attribute.group(2)));
                }
                boolean box = attributes.getOrDefault("type", "").equals("checkbox");
                if (attributes.containsKey("name") && (!box || attributes.containsKey("checked"))) {
                    fields.put(attributes.getOrDefault("name", ""), attributes.getOrDefault("value", box ? "on" : ""));
                }
            }
            return fields;
        }
    }

    /** Signs in as people do: the portal's button, the login page, and back. */
    Page signIn(String name, String password) {
        Page asked = get("/portal/");
        assertThat(asked.at()).startsWith("/portal/sign-in");
        Page login = post("/portal/sign-in", asked.form("/portal/sign-in"));
        assertThat(login.at()).startsWith("/adfs/oauth2/authorize");
        Map<String, String> fields = login.form("/adfs/oauth2/authorize");
        fields.put("username", name);
        fields.put("password", password);
        return post("/adfs/oauth2/authorize", fields);
    }

    Page get(String path) {
        return follow(send("GET", path, Optional.empty(), Map.of()), path);
    }

    /** Sends the page's form to {@code action}, some fields changed; names and values in turn. */
    Page submit(Page page, String action, String... changed) {
        Map<String, String> fields = page.form(action);
        for (int at = 0; at < changed.length; at += 2) {
            fields.put(changed[at], changed[at + 1]);
        }
        return post(action, fields);
    }

    Page post(String path, Map<String, String> fields) {
        return follow(send("POST", path, Optional.of(fields), Map.of("Origin", arm.endpoint())), path);
    }

    /** One request, not followed. */
    HttpResponse<String> send(
            String method, String path, Optional<Map<String, String>> form, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(arm.endpoint() + path))
                .method(
                        method,
                        form.map(PortalVisitor::encoded)
                                .map(BodyPublishers::ofString)
                                .orElseGet(BodyPublishers::noBody));
        form.ifPresent(_ -> request.header("Content-Type", "application/x-www-form-urlencoded"));
        headers.forEach(request::header);
        if (!cookies.isEmpty()) {
            request.header(
                    "Cookie",
                    cookies.entrySet().stream()
                            .map(each -> each.getKey() + "=" + each.getValue())
                            .collect(Collectors.joining("; ")));
        }
        try {
            HttpResponse<String> response = arm.http.send(request.build(), BodyHandlers.ofString());
            response.headers().allValues("Set-Cookie").forEach(this::keep);
            return response;
        } catch (IOException e) {
            throw new IllegalStateException(method + " " + path, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    Map<String, String> cookies() {
        return cookies;
    }

    private void keep(String set) {
        assertThat(set).startsWith("__Host-").contains("; Path=/; Secure; HttpOnly; SameSite=Strict");
        String pair = set.substring(0, set.indexOf(';'));
        cookies.put(pair.substring(0, pair.indexOf('=')), pair.substring(pair.indexOf('=') + 1));
    }

    private Page follow(HttpResponse<String> first, String path) {
        HttpResponse<String> response = first;
        String at = path;
        for (int hop = 0; response.statusCode() == 303; hop++) {
            assertThat(hop).isLessThan(6);
            String location = response.headers().firstValue("Location").orElseThrow();
            at = location.startsWith(arm.endpoint())
                    ? location.substring(arm.endpoint().length())
                    : location;
            assertThat(at).startsWith("/");
            response = send("GET", at, Optional.empty(), Map.of());
        }
        return new Page(response.statusCode(), at, response.body(), response);
    }

    private static String encoded(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    private static String plain(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&#34;", "\"")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }

    /** A user with a role at the subscription. */
    static void person(ArmHarness arm, String id, String name, String password, Role role) {
        arm.store.principals().addUser(id, name, SecretHash.of(password));
        arm.store.roleAssignments().add(UUID.randomUUID().toString(), RoleScope.SUBSCRIPTION, role, id, "");
    }

    /** A cluster {@code c} in group {@code rg}, with one pool, as the API makes it. */
    static void cluster(ArmHarness arm, String name) {
        arm.put(ArmHarness.S + "/resourcegroups/rg", "{\"location\":\"westeurope\"}");
        Reply reply = arm.put(arm.mc(name), """
                {"location":"westeurope","identity":{"type":"SystemAssigned"},"properties":{"dnsPrefix":"c",
                 "agentPoolProfiles":[{"name":"np","count":2,"vmSize":"Standard_D2s_v5","mode":"System","osType":"Linux",
                  "type":"VirtualMachineScaleSets","securityProfile":{"enableSecureBoot":true,"enableVTPM":true}}]}}""");
        assertThat(reply.status()).as(reply.json().toString()).isEqualTo(201);
    }
}
