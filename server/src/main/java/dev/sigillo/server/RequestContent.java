package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * The body of one request: read when a handler wants it, which is after route and token, and never more of it than that
 * handler takes.
 */
final class RequestContent {
    private final ServerRequest request;
    private Optional<InputStream> opened = Optional.empty();

    RequestContent(ServerRequest request) {
        this.request = request;
    }

    /** As {@link ArmRequest.Content} says; once. */
    String text(int most) {
        if (!request.content().hasEntity()) {
            return "";
        }
        try {
            byte[] bytes = stream().readNBytes(most + 1);
            if (bytes.length > most) {
                throw ArmError.REQUEST_TOO_LARGE.because(
                        "The request content is larger than %d bytes, the most that is taken here.", most);
            }
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw ArmError.INVALID_REQUEST_CONTENT.because("The request content was invalid: it is not UTF-8.");
        } catch (IOException e) {
            throw new UncheckedIOException("the request's content ended early", e);
        }
    }

    /**
     * Reads what nobody wanted and keeps nothing of it: a client that is still sending may not see a reply.
     *
     * @param most bytes to read away
     * @return false when more is to come, so that the connection has to end with the reply
     */
    boolean finish(long most) {
        if (!request.content().hasEntity()) {
            return true;
        }
        if (opened.isEmpty() && request.headers().contains(HeaderNames.EXPECT)) {
            // The sender waits for a word before it sends (RFC 9110 §10.1.1), and the reply is that word.
            return false;
        }
        byte[] buffer = new byte[1 << 14];
        try {
            InputStream in = stream();
            long left = most;
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                left -= n;
                if (left < 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    private InputStream stream() {
        InputStream in = opened.orElseGet(() -> request.content().inputStream());
        opened = Optional.of(in);
        return in;
    }
}
