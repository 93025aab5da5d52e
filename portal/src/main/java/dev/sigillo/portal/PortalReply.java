package dev.sigillo.portal;

import java.util.LinkedHashMap;
import java.util.Map;

/** One reply to a browser. */
public record PortalReply(int status, Map<String, String> headers, String text) {
    static final String HTML = "text/html; charset=utf-8";

    static PortalReply page(int status, String html) {
        return new PortalReply(status, Map.of("Content-Type", HTML, "Cache-Control", "no-store"), html);
    }

    /** Nothing new since the last look: the page stays as it is. */
    static PortalReply unchanged() {
        return new PortalReply(204, Map.of("Cache-Control", "no-store"), "");
    }

    /** Not 302 or 307, by which a browser may send a form on. */
    static PortalReply seeOther(String path) {
        return new PortalReply(303, Map.of("Location", path, "Cache-Control", "no-store"), "");
    }

    PortalReply with(String header, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(header, value);
        return new PortalReply(status, more, text);
    }
}
