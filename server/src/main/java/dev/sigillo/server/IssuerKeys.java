package dev.sigillo.server;

import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.source.JWKSetCacheRefreshEvaluator;
import com.nimbusds.jose.jwk.source.JWKSetRetrievalException;
import com.nimbusds.jose.jwk.source.JWKSetSource;
import com.nimbusds.jose.proc.SecurityContext;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * An outside issuer's JWK set, by its discovery document unless the configuration says where it is: over HTTPS, without
 * following redirects, 256 KiB and some seconds at most.
 */
final class IssuerKeys implements JWKSetSource<SecurityContext> {
    private static final Duration CONNECT = Duration.ofSeconds(3);
    private static final Duration WHOLE = Duration.ofSeconds(5);
    private static final long MOST = 256 << 10;

    private final String issuer;
    private final Optional<URI> keys;
    private final HttpClient http;

    IssuerKeys(String issuer, Optional<URI> keys, Optional<SSLContext> trust) {
        this.issuer = issuer;
        this.keys = keys;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(CONNECT).followRedirects(HttpClient.Redirect.NEVER);
        trust.ifPresent(builder::sslContext);
        this.http = builder.build();
    }

    @Override
    public JWKSet getJWKSet(
            JWKSetCacheRefreshEvaluator refreshEvaluator, long currentTime, @Nullable SecurityContext context)
            throws KeySourceException {
        try {
            return JWKSet.parse(fetch(keys.isPresent() ? keys.get() : discovered()));
        } catch (IOException | ParseException | IllegalArgumentException | ArmException e) {
            throw new JWKSetRetrievalException("the keys of " + issuer + " could not be had: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JWKSetRetrievalException("interrupted while the keys of " + issuer + " were fetched", e);
        }
    }

    /** OpenID Connect Discovery 1.0 §4.3: the document must be of the issuer it was asked for. */
    private URI discovered() throws IOException, InterruptedException {
        ObjectNode document =
                Json.object(fetch(URI.create(issuer.replaceFirst("/$", "") + "/.well-known/openid-configuration")));
        String said = document.path("issuer").asString("");
        URI uri = URI.create(document.path("jwks_uri").asString(""));
        if (!said.equals(issuer) || !"https".equals(uri.getScheme())) {
            throw new IOException("its discovery document is of the issuer " + Routes.printable(said) + " with keys at "
                    + Routes.printable(uri.toString()));
        }
        return uri;
    }

    private String fetch(URI uri) throws IOException, InterruptedException {
        Future<HttpResponse<String>> reply = http.sendAsync(
                HttpRequest.newBuilder(uri)
                        .timeout(WHOLE)
                        .header("Accept", "application/json")
                        .build(),
                BodyHandlers.limiting(BodyHandlers.ofString(), MOST));
        try {
            HttpResponse<String> response = reply.get(WHOLE.toMillis(), TimeUnit.MILLISECONDS);
            if (response.statusCode() != 200) {
                throw new IOException(uri + " answers status " + response.statusCode());
            }
            return response.body();
        } catch (TimeoutException e) {
            reply.cancel(true);
            throw new IOException(uri + " does not answer within " + WHOLE.toSeconds() + " s", e);
        } catch (ExecutionException e) {
            throw new IOException(uri + ": " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
