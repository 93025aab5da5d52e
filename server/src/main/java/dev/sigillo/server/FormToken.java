package dev.sigillo.server;

import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * That a form came from a page of ours: it repeats an HMAC of a cookie that other sites' forms do not bring, and a browser
 * that says where a form is from says so of this server.
 */
final class FormToken {
    static final String FIELD = "form_token";
    private static final String COOKIE = "__Host-sigillo-form";
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final ArmSettings settings;
    private final KeyedHash hash = new KeyedHash();

    FormToken(ArmSettings settings) {
        this.settings = settings;
    }

    /** The browser's cookie; kept when it has one, so that a second window does not void the first. */
    String cookie(ArmRequest request) {
        return sent(request).orElseGet(RandomText::fresh);
    }

    String field(String cookie) {
        return mac(cookie);
    }

    ArmReply with(ArmReply page, String cookie) {
        return page.with("Set-Cookie", COOKIE + "=" + cookie + "; Path=/; Secure; HttpOnly; SameSite=Strict");
    }

    boolean isOurs(ArmRequest request, Form form) {
        boolean foreign = request.header("Origin")
                .filter(origin -> !Authority.bases(settings).contains(origin))
                .isPresent();
        return !foreign
                && sent(request)
                        .filter(cookie -> RandomText.same(mac(cookie), form.get(FIELD)))
                        .isPresent();
    }

    private static Optional<String> sent(ArmRequest request) {
        return Stream.of(request.header("Cookie").orElse("").split(";", -1))
                .map(String::strip)
                .filter(each -> each.startsWith(COOKIE + "="))
                .map(each -> each.substring(COOKIE.length() + 1))
                .filter(each -> VALUE.matcher(each).matches())
                .findFirst();
    }

    private String mac(String cookie) {
        return RandomText.base64(hash.of(cookie));
    }
}
