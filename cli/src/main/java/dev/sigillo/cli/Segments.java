package dev.sigillo.cli;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.Collectors;

/** Names in the paths of the API: percent-encoded (RFC 3986 §2.1), so that no name reads as another path or query. */
final class Segments {
    private static final String UNRESERVED = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

    private Segments() {}

    /** One segment; a slash in it is a part of the name. */
    static String encoded(String name) {
        // A segment of dots alone would be taken for a step up or down (§5.2.4).
        if (name.equals(".") || name.equals("..")) {
            return name.replace(".", "%2E");
        }
        StringBuilder text = new StringBuilder();
        for (byte each : name.getBytes(StandardCharsets.UTF_8)) {
            int code = each & 0xff;
            if (UNRESERVED.indexOf(code) >= 0) {
                text.append((char) code);
            } else {
                text.append("%%%02X".formatted(code));
            }
        }
        return text.toString();
    }

    /** The path of a resource id that the API told. */
    static String ofId(String id) {
        return Arrays.stream(id.split("/", -1)).map(Segments::encoded).collect(Collectors.joining("/"));
    }
}
