package dev.sigillo.evidence;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import dev.sigillo.attest.Certificates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Keys in files: PEM (PKCS#8, SubjectPublicKeyInfo, certificate) or a JWK set; P-256, Ed25519, RSA from 2048 bits. */
final class TokenKeyFile {

    private static final Pattern PEM =
            Pattern.compile("-----BEGIN ([A-Z ]{1,40})-----([A-Za-z0-9+/=\\s]+)-----END \\1-----");
    private static final List<String> FAMILIES = List.of("RSA", "EC", "Ed25519");
    private static final String EXPECTED = "P-256, Ed25519 or RSA of 2048 bits or more expected";
    /** SubjectPublicKeyInfo of an Ed25519 key up to its 32 bytes: RFC 8410. */
    private static final Bytes ED25519 = Bytes.fromHex("302a300506032b6570032100");

    private TokenKeyFile() {}

    /** @throws MalformedException if it is no unencrypted PKCS#8 key in PEM, or of another kind */
    static TokenKey<PrivateKey> signing(Bytes file) throws MalformedException {
        Matcher pem = PEM.matcher(file.utf8());
        if (!pem.find() || !pem.group(1).equals("PRIVATE KEY")) {
            throw new MalformedException(
                    "signing key", 0, "no PEM of -----BEGIN PRIVATE KEY----- (PKCS#8 without a password)");
        }
        Bytes der = der(pem);
        for (String family : FAMILIES) {
            try {
                PrivateKey key =
                        KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(der.toByteArray()));
                Optional<JWSAlgorithm> algorithm = TokenKey.algorithm(key);
                if (algorithm.isPresent()) {
                    return new TokenKey<>(key, algorithm.get(), Optional.empty());
                }
            } catch (GeneralSecurityException other) {
                // of another family
            }
        }
        throw new MalformedException("signing key", 0, "a key of another kind; " + EXPECTED);
    }

    /** @throws MalformedException if it has no public key that can check a token */
    static List<TokenKey<PublicKey>> checking(Bytes file) throws MalformedException {
        String text = file.utf8();
        if (text.stripLeading().startsWith("{")) {
            return set(text);
        }
        List<TokenKey<PublicKey>> keys = new ArrayList<>();
        Matcher pem = PEM.matcher(text);
        while (pem.find()) {
            Bytes der = der(pem);
            switch (pem.group(1)) {
                case "PUBLIC KEY" -> keys.add(key(spki(der), Optional.empty()));
                case "CERTIFICATE" -> keys.add(key(certificate(der), Optional.empty()));
                default ->
                    throw new MalformedException(
                            "key", 0, "-----BEGIN " + pem.group(1) + "-----; PUBLIC KEY or CERTIFICATE expected");
            }
        }
        if (keys.isEmpty()) {
            throw new MalformedException("key", 0, "neither PEM nor a JWK set");
        }
        return keys;
    }

    private static Bytes der(Matcher pem) throws MalformedException {
        try {
            return Bytes.of(Base64.getMimeDecoder().decode(pem.group(2)));
        } catch (IllegalArgumentException malformed) {
            throw new MalformedException("key", 0, "Base64 expected: " + malformed.getMessage());
        }
    }

    private static TokenKey<PublicKey> key(PublicKey key, Optional<String> id) throws MalformedException {
        Optional<JWSAlgorithm> algorithm = TokenKey.algorithm(key);
        if (algorithm.isEmpty()) {
            throw new MalformedException("key", 0, "a key of another kind; " + EXPECTED);
        }
        return new TokenKey<>(key, algorithm.get(), id);
    }

    private static PublicKey spki(Bytes der) throws MalformedException {
        for (String family : FAMILIES) {
            try {
                return KeyFactory.getInstance(family).generatePublic(new X509EncodedKeySpec(der.toByteArray()));
            } catch (GeneralSecurityException other) {
                // of another family
            }
        }
        throw new MalformedException("key", 0, "no SubjectPublicKeyInfo; " + EXPECTED);
    }

    private static PublicKey certificate(Bytes der) throws MalformedException {
        return Certificates.read(der)
                .map(X509Certificate::getPublicKey)
                .orElseThrow(() -> new MalformedException("key", 0, "no certificate between BEGIN and END"));
    }

    private static List<TokenKey<PublicKey>> set(String json) throws MalformedException {
        List<TokenKey<PublicKey>> keys = new ArrayList<>();
        try {
            JsonObject root = JsonObject.parse("JWK set", json);
            List<JWK> all = root.has("keys") ? JWKSet.parse(json).getKeys() : List.of(JWK.parse(json));
            for (JWK jwk : all) {
                Optional<String> id = Optional.ofNullable(jwk.getKeyID());
                TokenKey<PublicKey> key = switch (jwk) {
                    case RSAKey rsa -> key(rsa.toPublicKey(), id);
                    case ECKey ec -> key(ec.toPublicKey(), id);
                    case OctetKeyPair ed -> key(spki(Bytes.concat(ED25519, Bytes.of(ed.getDecodedX()))), id);
                    default -> throw new MalformedException("JWK", 0, jwk.getKeyType() + "; " + EXPECTED);
                };
                if (jwk.getAlgorithm() == null
                        || jwk.getAlgorithm().getName().equals(key.algorithm().getName())) {
                    keys.add(key);
                }
            }
        } catch (ParseException | JOSEException malformed) {
            throw new MalformedException("JWK set", 0, String.valueOf(malformed.getMessage()));
        }
        if (keys.isEmpty()) {
            throw new MalformedException("JWK set", 0, "no key that checks signatures of ES256, EdDSA or RS256");
        }
        return keys;
    }
}
