package dev.sigillo.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sigillo.arm.ArmError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs signed with ES256 (RFC 7519, RFC 7518 §3.4), good for an hour.
 *
 * <p>A token that {@link #callerOf} accepts was signed by this home's key, issued by this tenant for this API, and has not
 * expired. The key lives in the home, so tokens survive a restart of the server.
 */
final class Tokens {
    static final Duration LIFE = Duration.ofHours(1);
    private static final int MAX_LENGTH = 8192;
    private static final Duration SKEW = Duration.ofSeconds(60);

    private final ECKey key;
    private final String tenant;
    private final String audience;
    private final Clock clock;

    private Tokens(ECKey key, String tenant, String audience, Clock clock) {
        this.key = key;
        this.tenant = tenant;
        this.audience = audience;
        this.clock = clock;
    }

    /** With the key in {@code home}, made at the first call. */
    static Tokens open(Path home, String tenant, String audience, Clock clock) {
        Path file = home.resolve("token-key.json");
        try {
            if (!Files.exists(file)) {
                ECKey fresh = new ECKeyGenerator(Curve.P_256)
                        .keyIDFromThumbprint(true)
                        .generate();
                PrivateFile.write(file, fresh.toJSONString());
            }
            return new Tokens(ECKey.parse(Files.readString(file)), tenant, audience, clock);
        } catch (ParseException e) {
            throw new IllegalStateException(
                    file + " does not hold an EC key as JWK: " + e.getMessage() + "; delete it to get a new one", e);
        } catch (JOSEException e) {
            throw new IllegalStateException("a P-256 key could not be made: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    String issue(String clientId) {
        Instant now = clock.instant();
        JWTClaimsSet claims = new JWTClaimsSet.Builder()
                .issuer(issuer())
                .audience(audience)
                .subject(clientId)
                .claim("appid", clientId)
                .claim("oid", clientId)
                .claim("tid", tenant)
                .claim("ver", "1.0")
                .jwtID(UUID.randomUUID().toString())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)))
                .build();
        JWSHeader header = new JWSHeader.Builder(JWSAlgorithm.ES256)
                .type(JOSEObjectType.JWT)
                .keyID(key.getKeyID())
                .build();
        SignedJWT token = new SignedJWT(header, claims);
        try {
            token.sign(new ECDSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the token key does not sign: " + e.getMessage(), e);
        }
        return token.serialize();
    }

    /**
     * The client id in a token.
     *
     * @throws dev.sigillo.arm.ArmException INVALID_TOKEN or EXPIRED_TOKEN
     */
    String callerOf(String text) {
        if (text.length() > MAX_LENGTH) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is longer than any we issue.");
        }
        JWTClaimsSet claims = verified(text);
        if (!issuer().equals(claims.getIssuer()) || !claims.getAudience().contains(audience)) {
            throw ArmError.INVALID_TOKEN.because(
                    "The access token has been obtained for wrong audience or issuer: it must be for %s from %s. Log in again.",
                    audience, issuer());
        }
        Instant now = clock.instant();
        Instant expires = instant(claims.getExpirationTime());
        if (!now.isBefore(expires)) {
            throw ArmError.EXPIRED_TOKEN.because(
                    "The access token expiry UTC time '%s' is earlier than current UTC time '%s'. Log in again.",
                    expires, now);
        }
        if (now.plus(SKEW).isBefore(instant(claims.getNotBeforeTime()))) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is not good yet.");
        }
        return Optional.ofNullable(claims.getSubject())
                .orElseThrow(() -> ArmError.INVALID_TOKEN.because("The access token is invalid: it names nobody."));
    }

    /** The public half, as a JWK set. */
    String publicKeys() {
        return "{\"keys\":[" + key.toPublicJWK().toJSONString() + "]}";
    }

    private String issuer() {
        return "https://sigillo/" + tenant + "/";
    }

    private JWTClaimsSet verified(String text) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            boolean ours = JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())
                    && token.verify(new ECDSAVerifier(key.toPublicJWK()));
            if (ours) {
                return token.getJWTClaimsSet();
            }
        } catch (ParseException | JOSEException e) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is no signed JWT. Log in again.");
        }
        throw ArmError.INVALID_TOKEN.because(
                "The access token is invalid: its signature is not of this server. Log in again.");
    }

    private static Instant instant(@Nullable Date date) {
        if (date == null) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it has no times.");
        }
        return date.toInstant();
    }
}
