package dev.sigillo.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sigillo.arm.ArmError;
import dev.sigillo.store.PrincipalRecord;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Access tokens: JWTs signed with RS256 (RFC 7519, RFC 7518 §3.3), good for an hour.
 *
 * <p>A token that {@link #callerOf} accepts was signed by this home's key, issued by this tenant for this API as an access
 * token, and has not expired. Issuer and audience begin with the name that the client knows this server by.
 */
final class Tokens {
    static final Duration LIFE = Duration.ofHours(1);
    private static final int MAX_LENGTH = 8192;
    private static final Duration SKEW = Duration.ofSeconds(60);

    /** Entra ID's claim of access tokens alone: {@code app} or {@code user}. */
    private static final String KIND = "idtyp";

    private final TokenKey key;
    private final ArmSettings settings;
    private final Clock clock;

    private Tokens(TokenKey key, ArmSettings settings, Clock clock) {
        this.key = key;
        this.settings = settings;
        this.clock = clock;
    }

    /** With the key in {@code home}, made at the first call. */
    static Tokens open(Path home, ArmSettings settings, Clock clock) {
        return new Tokens(TokenKey.open(home, clock), settings, clock);
    }

    /** An access token of a service principal. */
    String forApplication(Authority authority, String clientId) {
        return key.signed(access(authority)
                .subject(clientId)
                .claim("appid", clientId)
                .claim("oid", clientId)
                .claim(KIND, "app")
                .build());
    }

    /** An access token of a user. */
    String forUser(Authority authority, PrincipalRecord user, PublicClient client) {
        return key.signed(access(authority)
                .subject(user.clientId())
                .claim("appid", client.id())
                .claim("oid", user.clientId())
                .claim("unique_name", user.displayName())
                .claim("scp", "user_impersonation")
                .claim(KIND, "user")
                .build());
    }

    /** Who logged in, for the application that he logged in to (OpenID Connect Core §2). */
    String idToken(Authority authority, PrincipalRecord user, UserLogin login) {
        JWTClaimsSet.Builder claims = issued(authority)
                .audience(PublicClient.ID)
                .subject(user.clientId())
                .claim("oid", user.clientId())
                .claim("preferred_username", user.displayName())
                .claim("name", user.displayName())
                .claim("auth_time", login.at().getEpochSecond())
                .claim("ver", "2.0");
        return key.signed((login.nonce().isEmpty() ? claims : claims.claim("nonce", login.nonce())).build());
    }

    private JWTClaimsSet.Builder access(Authority authority) {
        return issued(authority)
                .audience(authority.base() + "/")
                .claim("ver", "1.0")
                .jwtID(UUID.randomUUID().toString());
    }

    private JWTClaimsSet.Builder issued(Authority authority) {
        Instant now = clock.instant();
        return new JWTClaimsSet.Builder()
                .issuer(authority.issuer())
                .claim("tid", settings.tenant())
                .issueTime(Date.from(now))
                .notBeforeTime(Date.from(now))
                .expirationTime(Date.from(now.plus(LIFE)));
    }

    /** Signs with a new key from now on; see {@link TokenKey#rotate}. */
    void rotate() {
        key.rotate();
    }

    /** The id of the key that signs, as tokens and the JWK set have it. */
    String keyId() {
        return key.id();
    }

    /** Ids of former keys whose tokens count still, with the end of the last one. */
    Map<String, Instant> formerKeys() {
        Map<String, Instant> former = new LinkedHashMap<>();
        key.formerKeys()
                .forEach(each -> former.put(
                        String.valueOf(each.getKeyID()),
                        each.getExpirationTime().toInstant()));
        return former;
    }

    /**
     * The principal's id in a token.
     *
     * @throws dev.sigillo.arm.ArmException INVALID_TOKEN or EXPIRED_TOKEN
     */
    String callerOf(String text) {
        if (text.length() > MAX_LENGTH) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is longer than any we issue.");
        }
        JWTClaimsSet claims = verified(text);
        requireTimes(claims, clock.instant());
        return Optional.ofNullable(claims.getSubject())
                .orElseThrow(() -> ArmError.INVALID_TOKEN.because("The access token is invalid: it names nobody."));
    }

    static void requireTimes(JWTClaimsSet claims, Instant now) {
        Instant expires = instant(claims.getExpirationTime());
        if (!now.isBefore(expires)) {
            throw ArmError.EXPIRED_TOKEN.because(
                    "The access token expiry UTC time '%s' is earlier than current UTC time '%s'. Log in again.",
                    expires, now);
        }
        if (now.plus(SKEW).isBefore(instant(claims.getNotBeforeTime()))) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is not good yet.");
        }
    }

    String publicKeys() {
        return key.publicKeys();
    }

    private JWTClaimsSet verified(String text) {
        try {
            SignedJWT token = SignedJWT.parse(text);
            if (key.hasSigned(token)) {
                return forUs(token.getJWTClaimsSet());
            }
            if (key.formerHasSigned(token)) {
                return forUsBefore(token.getJWTClaimsSet());
            }
        } catch (ParseException | JOSEException e) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it is no signed JWT. Log in again.");
        }
        throw ArmError.INVALID_TOKEN.because(
                "The access token is invalid: its signature is not of this server. Log in again.");
    }

    /** An id token is for its client, and says so by audience and by having no kind. */
    private JWTClaimsSet forUs(JWTClaimsSet claims) {
        boolean ours = Authority.issuers(settings).contains(String.valueOf(claims.getIssuer()))
                && settings.tenant().equals(claims.getClaim("tid"))
                && claims.getAudience().stream().anyMatch(Authority.audiences(settings)::contains);
        if (!ours) {
            throw wrongAudience();
        }
        if (!Set.of("app", "user").contains(String.valueOf(claims.getClaim(KIND)))) {
            throw ArmError.INVALID_TOKEN.because(
                    "The access token is invalid: it is a token of another kind. Send the access_token, not the id_token.");
        }
        return claims;
    }

    /** As tokens were when they were signed with ES256. */
    private JWTClaimsSet forUsBefore(JWTClaimsSet claims) {
        if (!("https://sigillo/" + settings.tenant() + "/").equals(claims.getIssuer())
                || !claims.getAudience().contains("https://localhost:" + settings.port() + "/")) {
            throw wrongAudience();
        }
        return claims;
    }

    private RuntimeException wrongAudience() {
        return ArmError.INVALID_TOKEN.because(
                "The access token has been obtained for wrong audience or issuer: it must be for https://localhost:%d/ from the tenant %s. Log in again.",
                settings.port(), settings.tenant());
    }

    private static Instant instant(@Nullable Date date) {
        if (date == null) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it has no times.");
        }
        return date.toInstant();
    }
}
