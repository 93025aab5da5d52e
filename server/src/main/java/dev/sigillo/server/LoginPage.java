package dev.sigillo.server;

import dev.sigillo.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The pages that people log in at: plain HTML that works without a script, in no frame, and sends forms nowhere but here and
 * to the one address that a page names. Every value in them is escaped.
 */
final class LoginPage {
    private static final String STYLE =
            "body{font:16px sans-serif;max-width:26em;margin:3em auto;padding:0 1em}label,input,button{display:block;width:100%;box-sizing:border-box;margin:.3em 0 .8em;font:inherit}input,button{padding:.5em}.wrong{color:#a00}";

    /** Sends the one form of a page; where scripts are off its button does. */
    private static final String SEND = "document.forms[0].submit()";

    private LoginPage() {}

    /**
     * A form with name and password.
     *
     * @param action path of this server
     * @param sendsTo origin that the reply to the form may lead on to; empty for none
     * @param before HTML above the fields
     * @param shown further fields, with their values
     * @param hidden fields that go with the form
     * @param wrong what was wrong with the last try; empty for none
     */
    static ArmReply form(
            int status,
            String action,
            String sendsTo,
            String before,
            Map<String, String> shown,
            Map<String, String> hidden,
            String wrong) {
        String body = before + "<form method=\"post\" action=\"" + escaped(action) + "\">"
                + (wrong.isEmpty() ? "" : "<p class=\"wrong\" role=\"alert\">" + escaped(wrong) + "</p>")
                + hidden(hidden) + shown(shown)
                + "<label>Name <input name=\"username\" autocomplete=\"username\" maxlength=\"63\" required></label>"
                + "<label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label>"
                + "<button>Log in</button></form>";
        return page(status, body, ("'self' " + sendsTo).strip(), "");
    }

    /** A page that says something. */
    static ArmReply text(int status, String text) {
        return page(status, "<p>" + escaped(text) + "</p>", "'none'", "");
    }

    /** A page that posts fields to another address (OAuth 2.0 Form Post Response Mode). */
    static ArmReply post(String address, String origin, Map<String, String> fields) {
        String body = "<p>You are logged in.</p><form method=\"post\" action=\"" + escaped(address) + "\">"
                + hidden(fields) + "<button>Continue</button></form><script>" + SEND + "</script>";
        return page(200, body, origin, " script-src 'sha256-" + sha256(SEND) + "';");
    }

    private static String shown(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "<label>Code <input name=\"" + escaped(field.getKey()) + "\" value=\""
                        + escaped(field.getValue()) + "\" autocomplete=\"off\" maxlength=\"20\" required></label>")
                .collect(Collectors.joining());
    }

    private static String hidden(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> "<input type=\"hidden\" name=\"" + escaped(field.getKey()) + "\" value=\""
                        + escaped(field.getValue()) + "\">")
                .collect(Collectors.joining());
    }

    private static ArmReply page(int status, String body, String formAction, String scripts) {
        return ArmReply.page(
                        status,
                        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>Sigillo</title><style>"
                                + STYLE + "</style></head><body><h1>Sigillo</h1>" + body + "</body></html>")
                .with(
                        "Content-Security-Policy",
                        "default-src 'none'; style-src 'sha256-" + sha256(STYLE) + "';" + scripts + " form-action "
                                + formAction + "; frame-ancestors 'none'; base-uri 'none'")
                .with("X-Frame-Options", "DENY")
                .with("X-Content-Type-Options", "nosniff")
                .with("Cross-Origin-Opener-Policy", "same-origin")
                // With no-referrer browsers send "Origin: null", and the origin is what a form is told from a foreign
                // one by.
                .with("Referrer-Policy", "same-origin")
                .with("Cache-Control", "no-store");
    }

    static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }

    private static String sha256(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).value().base64();
    }
}
