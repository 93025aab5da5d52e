package dev.sigillo.evidence;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.text.ParseException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A passing verdict as a signed token: an Entity Attestation Token (RFC 9711) in JWT's form, ES256, EdDSA or RS256 by the
 * kind of the key. docs/policies.md lists its claims.
 */
public final class Token {

    /** Characters of a token. */
    public static final int MAX_SIZE = 48 << 10;

    /** Characters of its header: a header has an algorithm and the name of a key. */
    static final int MAX_HEADER = 1 << 10;

    private static final int PARTS = 3;

    /** {@code typ}: RFC 9782. */
    static final JOSEObjectType TYPE = new JOSEObjectType("eat+jwt");

    /**
     * What a token check gives.
     *
     * @param refusal why it does not count, if it does not
     * @param claims what it says, as JSON; only where a signature holds
     */
    public record Checked(Optional<String> refusal, Optional<String> claims) {}

    private Token() {}

    /**
     * Signs the claims of a verdict that passes.
     *
     * @param keyFile PKCS#8 in PEM
     * @throws MalformedException if the key cannot be read
     * @throws IllegalArgumentException if the verdict does not pass: it must not be taken for one that does
     */
    public static String issue(TokenClaims claims, Bytes keyFile) throws MalformedException {
        TokenKey<PrivateKey> key = TokenKeyFile.signing(keyFile);
        JWSObject token =
                new JWSObject(new JWSHeader.Builder(key.algorithm()).type(TYPE).build(), new Payload(claims.json()));
        try {
            token.sign(signer(key));
        } catch (JOSEException refused) {
            throw new MalformedException("signing key", 0, String.valueOf(refused.getMessage()));
        }
        return token.serialize();
    }

    private static JWSSigner signer(TokenKey<PrivateKey> key) throws JOSEException {
        return switch (key.algorithm().getName()) {
            case "ES256" -> new ECDSASigner((ECPrivateKey) key.key());
            case "RS256" -> new RSASSASigner(key.key());
            default -> Ed25519Signatures.signer(key.key());
        };
    }

    private static JWSVerifier verifier(TokenKey<PublicKey> key) throws JOSEException {
        return switch (key.algorithm().getName()) {
            case "ES256" -> new ECDSAVerifier((ECPublicKey) key.key());
            case "RS256" -> new RSASSAVerifier((RSAPublicKey) key.key());
            default -> Ed25519Signatures.verifier(key.key());
        };
    }

    /**
     * Checks signature, times and nonce, in this order. The key says which algorithm it must be; a token that names
     * another, or none, is refused, as is one with critical headers.
     *
     * @param keyFile PEM (public key or certificate) or a JWK set
     * @param nonce what {@code eat_nonce} must be, if one was asked
     * @throws MalformedException if the text is no token, or the key file none
     */
    public static Checked check(String token, Bytes keyFile, Optional<Bytes> nonce, Instant at)
            throws MalformedException {
        List<TokenKey<PublicKey>> keys = TokenKeyFile.checking(keyFile);
        long parts = token.chars().filter(c -> c == '.').count() + 1;
        if (token.length() > MAX_SIZE || parts != PARTS) {
            throw new MalformedException(
                    "token", 0, token.length() + " characters in " + parts + " parts; a JWT of 3 expected");
        }
        String encodedHeader = token.strip().substring(0, token.strip().indexOf('.'));
        if (encodedHeader.length() > MAX_HEADER) {
            throw new MalformedException(
                    "token header", 0, encodedHeader.length() + " characters, at most " + MAX_HEADER + " expected");
        }
        JsonObject header = JsonObject.parse("token header", decoded(encodedHeader));
        String algorithm = header.textOr("alg", "");
        if (algorithm.equals("none")) {
            return refused("nobody signed it: alg is none");
        }
        try {
            JWSObject jws = JWSObject.parse(token.strip());
            if (jws.getHeader().getCriticalParams() != null
                    && !jws.getHeader().getCriticalParams().isEmpty()) {
                return refused("it has critical headers, which are not understood: "
                        + JsonObject.shown(jws.getHeader().getCriticalParams().toString()));
            }
            boolean signed = false;
            for (TokenKey<PublicKey> key : keys) {
                signed |= holds(jws, key);
            }
            if (!signed) {
                boolean possible =
                        keys.stream().anyMatch(key -> key.algorithm().getName().equals(algorithm));
                return refused(
                        possible
                                ? "the signature is not by the given key"
                                : "alg is " + JsonObject.shown(algorithm) + "; the given key signs with "
                                        + keys.getFirst().algorithm().getName());
            }
            String claims = jws.getPayload().toString();
            Optional<String> refusal = TokenClaims.refusal(JsonObject.parse("token claims", claims), nonce, at);
            return new Checked(refusal, Optional.of(claims));
        } catch (ParseException malformed) {
            throw new MalformedException("token", 0, String.valueOf(malformed.getMessage()));
        }
    }

    private static String decoded(String part) throws MalformedException {
        try {
            return Bytes.of(java.util.Base64.getUrlDecoder().decode(part)).utf8();
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException("token", 0, "Base64url expected: " + malformed.getMessage());
        }
    }

    private static boolean holds(JWSObject jws, TokenKey<PublicKey> key) {
        String kid = jws.getHeader().getKeyID();
        boolean other = kid != null && key.id().filter(id -> !id.equals(kid)).isPresent();
        if (other || !jws.getHeader().getAlgorithm().equals(key.algorithm())) {
            return false;
        }
        try {
            return jws.verify(verifier(key));
        } catch (JOSEException refused) {
            return false;
        }
    }

    private static Checked refused(String why) {
        return new Checked(Optional.of(why), Optional.empty());
    }
}
