package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.server.ArmHarness.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a browser does with a login page: keeps its cookie, fills in its form, sends it where the page says. */
final class Browser {
    private static final Pattern INPUT =
            Pattern.compile("<input [^>]*?name=\"([^\"]*)\"(?: [^>]*?value=\"([^\"]*)\")?");
    private static final Pattern ACTION = Pattern.compile("<form [^>]*?action=\"([^\"]*)\"");

    private final ArmHarness arm;
    private Optional<String> cookie = Optional.empty();

    Browser(ArmHarness arm) {
        this.arm = arm;
    }

    /** A page with a form. */
    record Page(Reply reply, String action, Map<String, String> fields) {
        String html() {
            return reply.raw().body();
        }
    }

    Page open(String url) {
        return page(arm.exchange("GET", url, "", headers()));
    }

    /** Sends the page's form with some fields filled in or changed. */
    Page send(Page page, String... filled) {
        return send(page, Map.of("Origin", arm.endpoint()), filled);
    }

    Page send(Page page, Map<String, String> more, String... filled) {
        Map<String, String> fields = new LinkedHashMap<>(page.fields());
        for (int at = 0; at < filled.length; at += 2) {
            fields.put(filled[at], filled[at + 1]);
        }
        List<String> flat = new ArrayList<>();
        fields.forEach((name, value) -> flat.addAll(List.of(name, value)));
        Map<String, String> headers = new HashMap<>(headers());
        headers.putAll(more);
        return page(arm.form(page.action(), headers, flat.toArray(String[]::new)));
    }

    void forgetCookie() {
        cookie = Optional.empty();
    }

    private Map<String, String> headers() {
        return cookie.map(value -> Map.of("Cookie", "theirs=1; " + value)).orElse(Map.of());
    }

    private Page page(Reply reply) {
        reply.raw().headers().firstValue("Set-Cookie").ifPresent(set -> {
            assertThat(set).startsWith("__Host-").endsWith("; Path=/; Secure; HttpOnly; SameSite=Strict");
            cookie = Optional.of(set.substring(0, set.indexOf(';')));
        });
        Map<String, String> fields = new LinkedHashMap<>();
        Matcher input = INPUT.matcher(reply.raw().body());
        while (input.find()) {
            fields.put(input.group(1), input.group(2) == null ? "" : plain(input.group(2)));
        }
        Matcher action = ACTION.matcher(reply.raw().body());
        return new Page(reply, action.find() ? plain(action.group(1)) : "", fields);
    }

    private static String plain(String html) {
        return html.replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&amp;", "&");
    }
}
