package dev.sigillo.server;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;

/** The fields of a form (application/x-www-form-urlencoded); a field that is absent is empty. */
record Form(Map<String, String> fields) {
    /** A request for a token has some hundred bytes, a refresh token included. */
    private static final int MAX_BYTES = 16 << 10;

    /** @throws IllegalArgumentException when it is no form, or has a field twice (RFC 6749 §3.2) */
    static Form of(ArmRequest request) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : request.content().text(MAX_BYTES).split("&", -1)) {
            int equals = pair.indexOf('=');
            if (equals > 0
                    && fields.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1))) != null) {
                throw new IllegalArgumentException(
                        "'" + Routes.printable(decode(pair.substring(0, equals))) + "' is there twice");
            }
        }
        return new Form(Map.copyOf(fields));
    }

    String get(String name) {
        return fields.getOrDefault(name, "");
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }
}
