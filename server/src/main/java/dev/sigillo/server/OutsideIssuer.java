package dev.sigillo.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.KeySourceException;
import com.nimbusds.jose.jwk.source.JWKSourceBuilder;
import com.nimbusds.jose.proc.BadJOSEException;
import com.nimbusds.jose.proc.DefaultJOSEObjectTypeVerifier;
import com.nimbusds.jose.proc.JWSVerificationKeySelector;
import com.nimbusds.jose.proc.SecurityContext;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.jwt.proc.DefaultJWTClaimsVerifier;
import com.nimbusds.jwt.proc.DefaultJWTProcessor;
import com.nimbusds.jwt.proc.ExpiredJWTException;
import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.Optional;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * One outside issuer whose tokens count here.
 *
 * <p>A token that {@link #subjectOf} accepts is signed with RS256 or ES256 by a key of the issuer's that its {@code kid} names,
 * is from that issuer and for the configured audience, and has not expired. Keys are kept for a quarter of an hour; a key that
 * is not among them has them fetched anew, at most twice in half a minute.
 */
final class OutsideIssuer {
    private static final Logger LOG = Logger.getLogger(OutsideIssuer.class.getName());
    private static final Duration KEPT = Duration.ofMinutes(15);
    private static final Duration FETCH = Duration.ofSeconds(12);
    private static final Duration APART = Duration.ofSeconds(30);
    private static final int SKEW_SECONDS = 60;

    private final IssuerSettings settings;
    private final DefaultJWTProcessor<SecurityContext> processor;

    OutsideIssuer(IssuerSettings settings, Clock clock) {
        this.settings = settings;
        this.processor = new DefaultJWTProcessor<>();
        processor.setJWSTypeVerifier(
                new DefaultJOSEObjectTypeVerifier<>(JOSEObjectType.JWT, new JOSEObjectType("at+jwt"), null));
        processor.setJWSKeySelector(new JWSVerificationKeySelector<>(
                Set.of(JWSAlgorithm.RS256, JWSAlgorithm.ES256),
                JWKSourceBuilder.create(new IssuerKeys(settings.issuer(), settings.keys(), settings.trust()))
                        .cache(KEPT.toMillis(), FETCH.toMillis())
                        .refreshAheadCache(false)
                        .rateLimited(APART.toMillis())
                        .build()));
        DefaultJWTClaimsVerifier<SecurityContext> claims =
                new DefaultJWTClaimsVerifier<>(
                        settings.audience(),
                        new JWTClaimsSet.Builder().issuer(settings.issuer()).build(),
                        Set.of("exp", settings.subjectClaim())) {
                    @Override
                    protected Date currentTime() {
                        return Date.from(clock.instant());
                    }
                };
        claims.setMaxClockSkew(SKEW_SECONDS);
        processor.setJWTClaimsSetVerifier(claims);
    }

    String issuer() {
        return settings.issuer();
    }

    /** @throws ArmException INVALID_TOKEN or EXPIRED_TOKEN */
    String subjectOf(SignedJWT token) {
        if (token.getHeader().getKeyID() == null) {
            throw ArmError.INVALID_TOKEN.because("The access token is invalid: it does not say by which key (kid).");
        }
        try {
            return Optional.ofNullable(processor.process(token, null).getStringClaim(settings.subjectClaim()))
                    .orElseThrow(() -> new ParseException("no " + settings.subjectClaim(), 0));
        } catch (ExpiredJWTException e) {
            throw ArmError.EXPIRED_TOKEN.because(
                    "The access token of %s has expired. Ask for another.", settings.issuer());
        } catch (KeySourceException e) {
            LOG.log(Level.WARNING, e, () -> "a token of " + settings.issuer() + " could not be looked at");
            throw ArmError.INVALID_TOKEN.because(
                    "The access token of %s could not be looked at: the issuer's keys could not be had. The server's log says why.",
                    settings.issuer());
        } catch (BadJOSEException | JOSEException | ParseException e) {
            throw ArmError.INVALID_TOKEN.because(
                    "The access token of %s is invalid: it must be signed by its keys with RS256 or ES256, be for the audience %s, and have the claim %s as text.",
                    settings.issuer(), settings.audience(), settings.subjectClaim());
        }
    }
}
