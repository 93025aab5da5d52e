package dev.sigillo.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.arm.Json;
import dev.sigillo.pki.TlsIdentity;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bytes on the connection that no client library would send. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(ArmHarness.OfClass.class)
class HttpTest {
    private static final int PATIENCE_MILLIS = 10_000;

    private final ArmHarness arm;

    HttpTest(ArmHarness arm) {
        this.arm = arm;
    }

    /** All that the server sends back until it closes the connection; {@code ~} stands for the end of a line. */
    private String exchange(String request) throws IOException, GeneralSecurityException {
        X509Certificate ca = (X509Certificate) CertificateFactory.getInstance("X.509")
                .generateCertificate(new ByteArrayInputStream(Files.readAllBytes(arm.home.resolve("ca.pem"))));
        try (SSLSocket socket =
                (SSLSocket) TlsIdentity.trusting(List.of(ca)).getSocketFactory().createSocket("localhost", arm.port)) {
            socket.setSoTimeout(PATIENCE_MILLIS);
            OutputStream out = socket.getOutputStream();
            out.write(request.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1));
            out.flush();
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static int replies(String text) {
        return text.split("HTTP/1.1 ", -1).length - 1;
    }

    @ParameterizedTest
    @DisplayName("what is no request is answered by an error in the envelope, and never by silence")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            GET /metadata/endpoints HTTP/9.9~Host: x~~                                   | 400 | BadRequest
            GET /metadata/endpoints HTTP/1.1~~                                           | 400 | BadRequest
            GET /metadata/end points HTTP/1.1~Host: x~~                                  | 400 | BadRequest
            GET /subscriptions/%zz HTTP/1.1~Host: x~Connection: close~~                  | 400 | BadRequest
            GET /subscriptions?x=%zz HTTP/1.1~Host: x~Connection: close~~                | 400 | BadRequest
            GET /{5000} HTTP/1.1~Host: x~Connection: close~~                             | 414 | RequestUriTooLong
            GET / HTTP/1.1~Host: x~X-A: {5000}{5000}{5000}{5000}~Connection: close~~      | 400 | BadRequest
            PUT /subscriptions/x HTTP/1.1~Host: x~Content-Length: x~Connection: close~~  | 400 | BadRequest
            PUT / HTTP/1.1~Host: x~Content-Length: 5~Transfer-Encoding: chunked~~0~~     | 400 | BadRequest
            """)
    void malformed(String request, int status, String code) throws Exception {
        String reply = exchange(request.replace("{5000}", "a".repeat(5000)));
        assertThat(reply).startsWith("HTTP/1.1 " + status + " ");
        assertThat(replies(reply)).isEqualTo(1);
        String body = reply.substring(reply.indexOf("\r\n\r\n") + 4);
        assertThat(Json.object(body).path("error").path("code").asString()).isEqualTo(code);
    }

    @Test
    @DisplayName("a body that nobody wanted is no second request")
    void unreadBody() throws Exception {
        String inner = "GET /metadata/endpoints HTTP/1.1~Host: x~~";
        String outer = "PUT /subscriptions/x/resourceGroups/y?api-version=2024-11-01 HTTP/1.1~Host: x~Content-Length: "
                + inner.replace("~", "\r\n").length() + "~";
        String one = exchange(outer + "Connection: close~~" + inner);
        assertThat(one).startsWith("HTTP/1.1 401 ");
        assertThat(replies(one)).isEqualTo(1);
        String two = exchange(outer + "~" + inner + inner.replace("~~", "~Connection: close~~"));
        assertThat(replies(two)).isEqualTo(2);
        assertThat(two).contains("HTTP/1.1 200 ");
    }

    @Test
    @DisplayName("who asks before sending is told at once, without a byte of the body")
    void expectContinue() throws Exception {
        String reply = exchange("PUT /subscriptions/x/resourceGroups/y?api-version=2024-11-01 HTTP/1.1~Host: x~"
                + "Content-Length: 10485760~Expect: 100-continue~~");
        assertThat(reply).startsWith("HTTP/1.1 401 ").doesNotContain("100 Continue");
    }
}
