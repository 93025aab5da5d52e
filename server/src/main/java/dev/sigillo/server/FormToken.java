package dev.sigillo.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * That a form came from a page of ours: it repeats an HMAC of a cookie that other sites' forms do not bring, and a browser
 * that says where a form is from says so of this server.
 */
final class FormToken {
    static final String FIELD = "form_token";
    private static final String COOKIE = "__Host-sigillo-form";
    private static final Pattern VALUE = Pattern.compile("[A-Za-z0-9_-]{43}");

    private final ArmSettings settings;
    private final SecretKeySpec key;

    FormToken(ArmSettings settings) {
        this.settings = settings;
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        this.key = new SecretKeySpec(random, "HmacSHA256");
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
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            return Base64.getUrlEncoder()
                    .withoutPadding()
                    .encodeToString(mac.doFinal(cookie.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
