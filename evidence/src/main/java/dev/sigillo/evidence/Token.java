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
import com.nimbusds.jose.util.Base64URL;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.interfaces.ECPrivateKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A passing verdict as a signed token: an Entity Attestation Token (RFC 9711) in JWT's form, ES256, EdDSA or RS256 by the
 * kind of the key. docs/policies.md lists its claims.
 */
public final class Token {

    /** Characters of a token. */
    public static final int MAX_SIZE = 256 << 10;

    private static final int PARTS = 3;
    private static final int MOST_CRITICAL = 16;
    private static final Bytes DOT = Bytes.utf8(".");

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
        Bytes text = stripped(Bytes.utf8(token));
        int parts = 1 + count(text, '.');
        if (token.length() > MAX_SIZE || parts != PARTS) {
            throw new MalformedException(
                    "token", 0, token.length() + " characters in " + parts + " parts; a JWT of 3 expected");
        }
        int payload = text.indexOf(DOT, 0) + 1;
        int signature = text.indexOf(DOT, payload) + 1;
        JsonObject header = JsonObject.parse("token header", decoded(text.slice(0, payload - 1)));
        String algorithm = header.textOr("alg", "");
        if (algorithm.equals("none")) {
            return refused("nobody signed it: alg is none");
        }
        if (header.has("crit")) {
            return refused("it has critical headers, which are not understood: "
                    + JsonObject.shown(header.texts("crit", MOST_CRITICAL).toString()));
        }
        // What is checked is the text itself, and its header is read here alone: Nimbus would make a tree of it.
        Bytes signed = text.slice(0, signature - 1);
        Base64URL value =
                Base64URL.encode(decoded(text.slice(signature, text.size())).toByteArray());
        Optional<String> name = header.has("kid") ? Optional.of(header.text("kid")) : Optional.empty();
        boolean held = false;
        for (TokenKey<PublicKey> key : keys) {
            boolean other = name.isPresent()
                    && key.id().filter(id -> !id.equals(name.get())).isPresent();
            held |= !other && algorithm.equals(key.algorithm().getName()) && holds(signed, value, key);
        }
        if (!held) {
            boolean possible =
                    keys.stream().anyMatch(key -> key.algorithm().getName().equals(algorithm));
            return refused(
                    possible
                            ? "the signature is not by the given key"
                            : "alg is " + JsonObject.shown(algorithm) + "; the given key signs with "
                                    + keys.getFirst().algorithm().getName());
        }
        Bytes claims = decoded(text.slice(payload, signature - 1));
        Optional<String> refusal = TokenClaims.refusal(JsonObject.parse("token claims", claims), nonce, at);
        return new Checked(refusal, Optional.of(claims.utf8()));
    }

    /** Without the white space of files around it. */
    private static Bytes stripped(Bytes text) {
        int from = 0;
        int to = text.size();
        while (from < to && text.at(from) <= ' ') {
            from++;
        }
        while (from < to && text.at(to - 1) <= ' ') {
            to--;
        }
        return text.slice(from, to);
    }

    private static int count(Bytes text, char wanted) {
        int count = 0;
        for (int at = 0; at < text.size(); at++) {
            count += text.at(at) == wanted ? 1 : 0;
        }
        return count;
    }

    private static Bytes decoded(Bytes part) throws MalformedException {
        try {
            return Bytes.fromBase64Url(part);
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException("token", 0, "Base64url expected: " + malformed.getMessage());
        }
    }

    /** Whether the key signed that, by RFC 7515, 5.2. */
    private static boolean holds(Bytes signed, Base64URL signature, TokenKey<PublicKey> key) {
        try {
            return verifier(key).verify(new JWSHeader(key.algorithm()), signed.toByteArray(), signature);
        } catch (JOSEException refused) {
            return false;
        }
    }

    private static Checked refused(String why) {
        return new Checked(Optional.of(why), Optional.empty());
    }
}
