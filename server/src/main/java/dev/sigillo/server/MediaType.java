package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a request's Content-Type says of its body (RFC 9110 §8.3.1). */
final class MediaType {
    /** Type and subtype, and the charset if that is the only parameter; others are not looked at. */
    private static final Pattern JSON = Pattern.compile(
            "(?:application/(?:[-\\w.]{1,60}\\+)?json|text/json)\\s*(?:;\\s*charset=\"?([-\\w]{1,20})\"?\\s*)?(?:;.{0,200})?");

    private static final Set<String> CHARSETS = Set.of("utf-8", "utf8", "us-ascii");

    private MediaType() {}

    /**
     * @param given empty when the sender says nothing: then it is taken for JSON
     * @throws dev.sigillo.arm.ArmException UNSUPPORTED_MEDIA_TYPE for all but JSON in UTF-8
     */
    static void requireJson(String given) {
        if (given.isBlank()) {
            return;
        }
        Matcher json = JSON.matcher(given.strip().toLowerCase(Locale.ROOT));
        boolean known = json.matches() && (json.group(1) == null || CHARSETS.contains(json.group(1)));
        if (!known) {
            throw ArmError.UNSUPPORTED_MEDIA_TYPE.at(
                    "Content-Type",
                    "The content media type '%s' is not supported. Only 'application/json' in UTF-8 is.",
                    Routes.printable(given));
        }
    }
}
