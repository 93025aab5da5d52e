package dev.sigillo.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.LeafSpec;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Somebody else's OpenID provider: discovery document and keys over HTTPS under an authority of its own, and tokens. */
final class PaperIssuer implements AutoCloseable {
    final RSAKey rsa;
    final ECKey ec;
    final AtomicInteger fetches = new AtomicInteger();

    /** What is answered; a test may change it. */
    volatile String document;

    volatile String keys;
    volatile int status = 200;
    private final HttpsServer server;

    /** @param folder where {@code issuer-ca.pem} is written */
    PaperIssuer(Path folder) throws IOException, JOSEException {
        rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("ec").generate();
        CertificateAuthority authority =
                CertificateAuthority.open(folder.resolve("issuer-ca"), "Paper issuer", Clock.systemUTC());
        Files.writeString(folder.resolve("issuer-ca.pem"), authority.pem());
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(authority
                .issueIdentity(LeafSpec.server(
                        "CN=localhost",
                        List.of(new AlternativeName.Dns("localhost")),
                        Instant.now(),
                        Duration.ofDays(1)))
                .context(List.of())));
        server.createContext("/", this::answer);
        server.start();
        document = "{\"issuer\":\"" + url() + "\",\"jwks_uri\":\"" + url() + "/keys\"}";
        keys = new JWKSet(List.of((JWK) rsa, ec)).toString(true);
    }

    String url() {
        return "https://localhost:" + server.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        boolean forKeys = exchange.getRequestURI().getPath().equals("/keys");
        if (forKeys) {
            fetches.incrementAndGet();
        }
        byte[] body = (forKeys ? keys : document).getBytes(StandardCharsets.UTF_8);
        if (status == 302) {
            exchange.getResponseHeaders().add("Location", url() + "/keys");
        }
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** Claims as they must be. */
    JWTClaimsSet.Builder claims() {
        Instant now = Instant.now();
        return new JWTClaimsSet.Builder()
                .issuer(url())
                .audience("sigillo")
                .subject("repo:demo")
                .issueTime(Date.from(now))
                .expirationTime(Date.from(now.plus(Duration.ofMinutes(10))));
    }

    String token(JWTClaimsSet claims) throws JOSEException {
        return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("rsa").build(), claims, new RSASSASigner(rsa));
    }

    String tokenByEc(JWTClaimsSet claims) throws JOSEException {
        return signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("ec").build(), claims, new ECDSASigner(ec));
    }

    static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws JOSEException {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
