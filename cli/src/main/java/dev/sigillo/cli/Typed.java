package dev.sigillo.cli;

import dev.sigillo.bytes.Bytes;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.function.Function;

/** What the user typed for an option, read; or one sentence about what would be right. */
final class Typed {

    private Typed() {}

    /** @throws Failure with exit code 2 and the reader's own words */
    static <T> Function<String, T> as(String option, Function<String, T> read) {
        return text -> {
            try {
                return read.apply(text);
            } catch (IllegalArgumentException wrong) {
                throw Failure.usage(option + ": " + wrong.getMessage() + ".");
            }
        };
    }

    /** Bytes in hexadecimal, perhaps behind 0x; none are bytes too. */
    static Bytes hex(String option, String text) {
        return as(option, Bytes::fromHex).apply(text.startsWith("0x") ? text.substring(2) : text);
    }

    /** At least one byte. */
    static Bytes nonce(String text) {
        Bytes nonce = hex("--nonce", text);
        if (nonce.isEmpty()) {
            throw Failure.usage("--nonce is empty; hexadecimal digits expected.");
        }
        return nonce;
    }

    static Instant time(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException wrong) {
            throw Failure.usage("--at: " + text + " is no time; such as 2026-11-25T12:00:00Z expected.");
        }
    }
}
