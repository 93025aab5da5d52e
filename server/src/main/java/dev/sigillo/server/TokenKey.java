package dev.sigillo.server;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.JSONObjectUtils;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import dev.sigillo.arm.ArmError;
import dev.sigillo.pki.WholeFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The key that tokens are signed with: RSA, as a JWK in the home's {@code token-key.json}, so that tokens survive a restart
 * of the server. Public halves of former keys are in {@code token-key-former.json} for as long as tokens by them may live.
 *
 * <p>Homes of before had an EC key, and one former key in that file instead of a set.
 */
final class TokenKey {
    static final JWSAlgorithm ALGORITHM = JWSAlgorithm.RS256;
    private static final int BITS = 2048;
    /** Each is published and tried until its hour is over. */
    static final int MOST_FORMER = 4;

    private final Path file;
    private final Path formerFile;
    private final Clock clock;
    private volatile RSAKey key;
    /** Of these only the living count. */
    private volatile List<JWK> former;

    private TokenKey(Path file, Path formerFile, Clock clock, RSAKey key, List<JWK> former) {
        this.file = file;
        this.formerFile = formerFile;
        this.clock = clock;
        this.key = key;
        this.former = former;
    }

    /** With the key in {@code home}, made at the first call. */
    static TokenKey open(Path home, Clock clock) {
        Path file = home.resolve("token-key.json");
        Path formerFile = home.resolve("token-key-former.json");
        try {
            Optional<JWK> kept = read(file);
            if (kept.isPresent() && kept.get() instanceof ECKey ec) {
                keep(formerFile, List.of(former(ec, clock)));
            }
            if (kept.isEmpty() || kept.get() instanceof ECKey) {
                WholeFile.writeSecret(file, fresh().toJSONString());
            }
            RSAKey key = read(file).orElseThrow().toRSAKey();
            if (!key.isPrivate() || key.size() < BITS) {
                throw new ParseException("no private RSA key of " + BITS + " bits or more", 0);
            }
            return new TokenKey(file, formerFile, clock, key, formerOf(formerFile, clock));
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

    /** A file whose keys are all over goes. */
    private static List<JWK> formerOf(Path file, Clock clock) throws IOException, ParseException {
        if (!Files.exists(file)) {
            return List.of();
        }
        String text = Files.readString(file);
        List<JWK> all = JSONObjectUtils.parse(text).containsKey("keys")
                ? JWKSet.parse(text).getKeys()
                : List.of(JWK.parse(text));
        List<JWK> living = living(all, clock.instant());
        if (living.isEmpty()) {
            Files.delete(file);
        }
        return living;
    }

    private static void keep(Path file, List<JWK> former) {
        WholeFile.writeSecret(file, new JWKSet(former).toString(true));
    }

    /** The public half, with the time at which the last token by it ends. */
    private static JWK former(JWK key, Clock clock) {
        Date until = Date.from(clock.instant().plus(Tokens.LIFE));
        return key instanceof ECKey ec
                ? new ECKey.Builder(ec.toPublicJWK()).expirationTime(until).build()
                : new RSAKey.Builder(key.toRSAKey().toPublicJWK())
                        .expirationTime(until)
                        .build();
    }

    private static List<JWK> living(List<JWK> keys, Instant now) {
        return keys.stream()
                .filter(key -> key.getExpirationTime() != null
                        && now.isBefore(key.getExpirationTime().toInstant()))
                .toList();
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

    /**
     * Signs with a new key from now on; tokens by the one of before count for what is left of their hour. The former keys
     * are written first: whoever is killed between the two files signs with the old key, as before.
     *
     * @throws dev.sigillo.arm.ArmException CONFLICT when too many keys are former ones of this hour
     */
    synchronized void rotate() {
        List<JWK> all = new ArrayList<>(formerKeys());
        if (all.size() >= MOST_FORMER) {
            throw ArmError.CONFLICT.because(
                    "The key of tokens was rotated %d times within the last hour, and no more former keys are kept. Wait until %s, or stop the server and delete token-key.json and token-key-former.json in its home to void all tokens at once.",
                    all.size(), all.getFirst().getExpirationTime().toInstant());
        }
        all.add(former(key, clock));
        RSAKey next = fresh();
        keep(formerFile, all);
        former = List.copyOf(all);
        WholeFile.writeSecret(file, next.toJSONString());
        key = next;
    }

    /** The living ones, the oldest first. */
    List<JWK> formerKeys() {
        String signing = key.getKeyID();
        return living(former, clock.instant()).stream()
                .filter(each -> !signing.equals(each.getKeyID()))
                .toList();
    }

    private List<RSAKey> all() {
        return Stream.concat(
                        Stream.of(key),
                        formerKeys().stream().filter(RSAKey.class::isInstance).map(RSAKey.class::cast))
                .toList();
    }

    String id() {
        return key.getKeyID();
    }

    /** The public halves, as a JWK set (RFC 7517 §5): of the key that signs, and of RSA keys that did. */
    String publicKeys() {
        return new JWKSet(all().stream()
                        .map(each -> (JWK) new RSAKey.Builder(each.toPublicJWK())
                                .expirationTime(null)
                                .build())
                        .toList())
                .toString(true);
    }

    /** A token of these claims, which names the key that signed it. */
    String signed(JWTClaimsSet claims) {
        RSAKey signing = key; // the same for both, whatever happens meanwhile
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(ALGORITHM)
                        .type(JOSEObjectType.JWT)
                        .keyID(signing.getKeyID())
                        .build(),
                claims);
        try {
            token.sign(new RSASSASigner(signing));
            return token.serialize();
        } catch (JOSEException e) {
            throw new IllegalStateException("the token key does not sign: " + e.getMessage(), e);
        }
    }

    /**
     * Whether this key made the signature, or a former RSA key whose time is not over: with their own algorithm, whatever
     * the header would like.
     */
    boolean hasSigned(SignedJWT token) throws JOSEException {
        if (!ALGORITHM.equals(token.getHeader().getAlgorithm())) {
            return false;
        }
        for (RSAKey each : all()) {
            if (token.verify(new RSASSAVerifier(each.toRSAPublicKey()))) {
                return true;
            }
        }
        return false;
    }

    /** Whether an EC key of before made the signature, and its time is not over. */
    boolean formerHasSigned(SignedJWT token) throws JOSEException {
        if (!JWSAlgorithm.ES256.equals(token.getHeader().getAlgorithm())) {
            return false;
        }
        for (JWK each : formerKeys()) {
            if (each instanceof ECKey ec && token.verify(new ECDSAVerifier(ec))) {
                return true;
            }
        }
        return false;
    }
}
