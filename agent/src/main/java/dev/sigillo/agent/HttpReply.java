package dev.sigillo.agent;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The head of an HTTP/1.1 reply, RFC 9112 clauses 4 to 7, within {@value #MAX_HEAD} bytes.
 *
 * @param length Content-Length, or -1 when the reply has none
 * @param date when the server sent it, if it says so readably
 */
record HttpReply(int status, long length, boolean chunked, boolean keepsConnection, Optional<Instant> date) {

    static final int MAX_HEAD = 16 * 1024;

    static HttpReply read(InputStream in) throws IOException {
        int[] budget = {MAX_HEAD};
        String statusLine = line(in, budget);
        if (!statusLine.startsWith("HTTP/1.1 ") || statusLine.length() < 12) {
            throw new IOException("not an HTTP/1.1 reply: \"" + Shapes.printable(statusLine) + "\"");
        }
        int status = (int) number(statusLine.substring(9, 12), 10, 999);
        long length = -1;
        boolean chunked = false;
        boolean keeps = true;
        Optional<Instant> date = Optional.empty();
        for (String header = line(in, budget); !header.isEmpty(); header = line(in, budget)) {
            int colon = header.indexOf(':');
            String name = header.substring(0, Math.max(colon, 0)).toLowerCase(Locale.ROOT);
            String value = header.substring(colon + 1).strip();
            switch (name) {
                case "content-length" -> length = number(value, 10, Long.MAX_VALUE);
                case "transfer-encoding" -> chunked = value.equalsIgnoreCase("chunked");
                case "connection" -> keeps = !value.equalsIgnoreCase("close");
                case "date" -> date = HttpDate.parse(value);
                default -> {
                    // no other header changes what follows
                }
            }
        }
        boolean bare = status == 204 || status == 304;
        return new HttpReply(status, bare ? 0 : length, chunked, keeps && (bare || chunked || length >= 0), date);
    }

    /** @throws IOException also if the body is longer than {@code limit}, or ends before its announced length */
    void copyBody(InputStream in, OutputStream out, long limit) throws IOException {
        if (!chunked) {
            copy(in, out, length, limit);
            return;
        }
        long left = limit;
        while (true) {
            String size = line(in, new int[] {MAX_HEAD});
            int extension = size.indexOf(';');
            long chunk = number(extension < 0 ? size : size.substring(0, extension), 16, Long.MAX_VALUE);
            if (chunk == 0) {
                break;
            }
            copy(in, out, chunk, left);
            left -= chunk;
            line(in, new int[] {MAX_HEAD});
        }
        int[] budget = {MAX_HEAD};
        while (!line(in, budget).isEmpty()) {
            // trailers say nothing that the agent uses
        }
    }

    private static void copy(InputStream in, OutputStream out, long size, long limit) throws IOException {
        if (size > limit) {
            throw new IOException("a body of " + size + " bytes; at most " + limit + " are taken");
        }
        byte[] buffer = new byte[16 * 1024];
        long copied = 0;
        while (size < 0 || copied < size) {
            int wanted = size < 0 ? buffer.length : (int) Math.min(buffer.length, size - copied);
            int read = in.read(buffer, 0, wanted);
            if (read < 0 && size < 0) {
                return;
            }
            if (read < 0) {
                throw new EOFException("the body ended after " + copied + " of " + size + " bytes");
            }
            copied += read;
            if (copied > limit) {
                throw new IOException("a body of more than " + limit + " bytes");
            }
            out.write(buffer, 0, read);
        }
    }

    private static String line(InputStream in, int[] budget) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int b = in.read(); b != '\n'; b = in.read()) {
            if (b < 0) {
                throw new EOFException("the server closed the connection within the head of a reply");
            }
            if (--budget[0] < 0) {
                throw new IOException("the head of a reply is longer than " + MAX_HEAD + " bytes");
            }
            line.append((char) b);
        }
        int end = line.length();
        return end > 0 && line.charAt(end - 1) == '\r' ? line.substring(0, end - 1) : line.toString();
    }

    private static long number(String digits, int radix, long most) throws IOException {
        try {
            String stripped = digits.strip();
            boolean plain = !stripped.isEmpty() && Character.digit(stripped.charAt(0), radix) >= 0;
            long value = plain ? Long.parseLong(stripped, radix) : -1;
            if (value >= 0 && value <= most) {
                return value;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw new IOException("a number of HTTP was needed, was \"" + Shapes.printable(digits) + "\"");
    }
}
