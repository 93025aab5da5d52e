package dev.sigillo.server;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a request belongs: W3C Trace Context, {@code traceparent}. The trace is the sender's if he named one as the
 * recommendation has it, else begins here; the span is this server's own.
 *
 * @param trace 32 hex digits, not all zero
 * @param span 16 hex digits, not all zero
 * @param flags 2 hex digits
 */
record TraceContext(String trace, String span, String flags) {
    /** Of the request that the thread answers. */
    static final ScopedValue<TraceContext> CURRENT = ScopedValue.newInstance();

    private static final int LONGEST = 512;
    /** Versions after 00 may have more behind (§3.2.4). */
    private static final Pattern PARENT =
            Pattern.compile("(?!ff)([0-9a-f]{2})-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})(-.*)?");

    /** @param header as it came, hostile; whatever is no traceparent begins a trace of its own */
    static TraceContext of(Optional<String> header) {
        Optional<Matcher> parent = header.filter(text -> text.length() <= LONGEST)
                .map(PARENT::matcher)
                .filter(Matcher::matches)
                .filter(match -> match.group(5) == null || !match.group(1).equals("00"));
        return parent.map(match -> new TraceContext(match.group(2), hex(16), match.group(4)))
                .orElseGet(() -> new TraceContext(hex(32), hex(16), "00"));
    }

    private static String hex(int digits) {
        StringBuilder text = new StringBuilder();
        while (text.length() < digits) {
            // Never zero, which names nothing.
            text.append("%016x".formatted(ThreadLocalRandom.current().nextLong() | 1));
        }
        return text.toString();
    }

    /** For the reply: the trace, and this server's span. */
    String header() {
        return "00-" + trace + "-" + span + "-" + flags;
    }
}
