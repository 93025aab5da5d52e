package dev.sigillo.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.SignedJWT;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import java.util.Optional;

/**
 * The key that tokens are signed with: RSA, as a JWK in the home's {@code token-key.json}, so that tokens survive a restart
 * of the server.
 *
 * <p>Homes of before had an EC key. Its public half stays beside the new key for as long as tokens by it may live.
 */
final class TokenKey {
    static final JWSAlgorithm ALGORITHM = JWSAlgorithm.RS256;
    private static final int BITS = 2048;

    private final RSAKey key;
    private final Optional<ECKey> former;
    private final Clock clock;

    private TokenKey(RSAKey key, Optional<ECKey> former, Clock clock) {
        this.key = key;
        this.former = former;
        this.clock = clock;
    }

    /** With the key in {@code home}, made at the first call. */
    static TokenKey open(Path home, Clock clock) {
        Path file = home.resolve("token-key.json");
        Path formerFile = home.resolve("token-key-former.json");
        try {
            Optional<JWK> kept = read(file);
            if (kept.isPresent() && kept.get() instanceof ECKey ec) {
                Date until = Date.from(clock.instant().plus(Tokens.LIFE));
                PrivateFile.write(
                        formerFile,
                        new ECKey.Builder(ec.toPublicJWK())
                                .expirationTime(until)
                                .build()
                                .toJSONString());
            }
            if (kept.isEmpty() || kept.get() instanceof ECKey) {
                PrivateFile.write(file, fresh().toJSONString());
            }
            RSAKey key = read(file).orElseThrow().toRSAKey();
            if (!key.isPrivate() || key.size() < BITS) {
                throw new ParseException("no private RSA key of " + BITS + " bits or more", 0);
            }
            return new TokenKey(key, former(formerFile, clock), clock);
        } catch (ParseException | ClassCastException e) {
            throw new IllegalStateException(
                    file + " does not hold an RSA key as JWK: " + e.getMessage() + "; delete it to get a new one", e);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static Optional<JWK> read(Path file) throws IOException, ParseException {
        return Files.exists(file) ? Optional.of(JWK.parse(Files.readString(file))) : Optional.empty();
    }

    private static Optional<ECKey> former(Path file, Clock clock) throws IOException, ParseException {
        Optional<ECKey> former = read(file).map(JWK::toECKey);
        if (former.isPresent() && isOver(former.get(), clock.instant())) {
            Files.delete(file);
            return Optional.empty();
        }
        return former;
    }

    private static boolean isOver(ECKey key, Instant now) {
        return key.getExpirationTime() == null
                || !now.isBefore(key.getExpirationTime().toInstant());
    }

    private static RSAKey fresh() {
        try {
            return new RSAKeyGenerator(BITS)
                    .keyUse(KeyUse.SIGNATURE)
                    .algorithm(ALGORITHM)
                    .keyIDFromThumbprint(true)
                    .generate();
        } catch (JOSEException e) {
            throw new IllegalStateException("an RSA key could not be made: " + e.getMessage(), e);
        }
    }

    String id() {
        return key.getKeyID();
    }

    /** The public half, as a JWK set (RFC 7517 §5). */
    String publicKeys() {
        return new JWKSet(key).toString(true);
    }

    void sign(SignedJWT token) {
        try {
            token.sign(new RSASSASigner(key));
        } catch (JOSEException e) {
            throw new IllegalStateException("the token key does not sign: " + e.getMessage(), e);
        }
    }

    /** Whether this key made the signature: with its own algorithm, whatever the header would like. */
    boolean hasSigned(SignedJWT token) throws JOSEException {
        return ALGORITHM.equals(token.getHeader().getAlgorithm())
                && token.verify(new RSASSAVerifier(key.toRSAPublicKey()));
    }

    /** Whether the key of before made the signature, and its time is not over. */
    boolean formerHasSigned(SignedJWT token) throws JOSEException {
        return former.isPresent()
                && !isOver(former.get(), clock.instant())
                && JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())
                && token.verify(new ECDSAVerifier(former.get()));
    }
}
