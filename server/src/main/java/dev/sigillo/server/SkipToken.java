package dev.sigillo.server;

import dev.sigillo.arm.ArmError;

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
        return request.base() + request.path() + "?api-version=" + request.apiVersion() + "&$skiptoken=" + last;
    }
}
