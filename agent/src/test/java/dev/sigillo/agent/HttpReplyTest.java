package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class HttpReplyTest {

    private static final String OK = "HTTP/1.1 200 OK\r\n";

    private static String body(String reply, long limit) throws IOException {
        ByteArrayInputStream in = new ByteArrayInputStream(reply.getBytes(StandardCharsets.US_ASCII));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        HttpReply.read(in).copyBody(in, out, limit);
        return out.toString(StandardCharsets.US_ASCII);
    }

    @Test
    @DisplayName("RFC 9112 6.2: Content-Length ends the body, and what follows belongs to the next reply")
    void contentLength() throws Exception {
        assertThat(body(OK + "content-LENGTH: 3\r\n\r\nabcdef", 10)).isEqualTo("abc");
    }

    @Test
    @DisplayName("RFC 9112 7.1: chunks are joined, extensions and trailers passed over")
    void chunked() throws Exception {
        String chunks = "3;x=y\r\nabc\r\nA\r\n0123456789\r\n0\r\nT: v\r\n\r\n";

        assertThat(body(OK + "Transfer-Encoding: chunked\r\n\r\n" + chunks, 20)).isEqualTo("abc0123456789");
    }

    @Test
    @DisplayName("RFC 9112 6.3: without a length the body goes on until the connection closes")
    void untilClose() throws Exception {
        assertThat(body(OK + "\r\nabc", 10)).isEqualTo("abc");
    }

    @ParameterizedTest
    @DisplayName("a body beyond the caller's limit is refused, however it is framed")
    @ValueSource(
            strings = {
                OK + "Content-Length: 11\r\n\r\n01234567890",
                OK + "Transfer-Encoding: chunked\r\n\r\n6\r\n012345\r\n6\r\n012345\r\n0\r\n\r\n",
                OK + "\r\n01234567890"
            })
    void limit(String reply) {
        assertThatThrownBy(() -> body(reply, 10))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a body of");
    }

    @ParameterizedTest
    @DisplayName("a head or frame that is cut, endless or not HTTP/1.1 is refused")
    @ValueSource(
            strings = {
                "",
                "HTTP/1.1 200 OK",
                OK + "A: b\r\n",
                "HTTP/2 200\r\n\r\n",
                "SSH-2.0-x\r\n\r\n",
                "HTTP/1.1 2x0 OK\r\n\r\n",
                OK + "Content-Length: -1\r\n\r\n",
                OK + "Content-Length: +3\r\n\r\nabc",
                OK + "Content-Length: 99999999999999999999\r\n\r\n",
                OK + "Content-Length: 5\r\n\r\nabc",
                OK + "Transfer-Encoding: chunked\r\n\r\nzz\r\n"
            })
    void broken(String reply) {
        assertThatThrownBy(() -> body(reply, 1000)).isInstanceOf(IOException.class);
    }

    @Test
    @DisplayName("a head of more than 16 KiB is refused before its end is waited for")
    void longHead() {
        assertThatThrownBy(() -> body(OK + "A: " + "b".repeat(20_000), 10)).hasMessageContaining("longer than");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Wed, 25 Nov 2026 09:30:07 GMT | 2026-11-25T09:30:07Z",
                "Wed, 25 Nov 2026 25:30:07 GMT |",
                "Wed, 25 Foo 2026 09:30:07 GMT |",
                "2026-11-25T09:30:07Z |"
            })
    @DisplayName("RFC 9110 6.6.1: the date is the server's clock; one that does not read is none")
    void date(String header, @Nullable String time) throws Exception {
        ByteArrayInputStream in =
                new ByteArrayInputStream((OK + "Date: " + header + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
        assertThat(HttpReply.read(in).date())
                .isEqualTo(Optional.ofNullable(time).map(Instant::parse));
    }
}
