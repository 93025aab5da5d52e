package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Where the next page of a list begins: {@code $skiptoken} is the number of the last row of the page before. */
final class SkipToken {
    private SkipToken() {}

    /** The number before which the page begins; the highest there is for the first page. */
    static long of(ArmRequest request) {
        String token = request.query("$skiptoken").orElse(Long.toString(Long.MAX_VALUE));
        if (!token.matches("[0-9]{1,19}") || token.compareTo("9223372036854775807") > 0 && token.length() == 19) {
            throw ArmError.INVALID_PARAMETER.at(
                    "$skiptoken",
                    "The $skiptoken '%s' is invalid: take the nextLink as it was.",
                    Routes.printable(token));
        }
        return Long.parseLong(token);
    }

    /** The address of the page after the one that ended with {@code last}. */
    static String next(ArmRequest request, long last) {
        return next(request, Long.toString(last));
    }

    /** With all that makes the list what it is: a nextLink is followed as it stands. */
    static String next(ArmRequest request, String last) {
        StringBuilder next = new StringBuilder(request.base())
                .append(request.path())
                .append("?api-version=")
                .append(request.apiVersion());
        for (String name : List.of("$filter", "$top")) {
            request.query(name)
                    .ifPresent(
                            value -> next.append('&').append(name).append('=').append(encoded(value)));
        }
        return next.append("&$skiptoken=").append(encoded(last)).toString();
    }

    private static String encoded(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
