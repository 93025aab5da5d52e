package dev.sigillo.evidence;

import com.nimbusds.jose.JWSAlgorithm;
import java.security.Key;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.NamedParameterSpec;
import java.util.Optional;

/**
 * A key that signs or checks tokens. The key alone says which algorithm that is; a token's header has no say.
 *
 * @param id {@code kid} of a JWK; absent in PEM
 */
record TokenKey<K extends Key>(K key, JWSAlgorithm algorithm, Optional<String> id) {

    private static final int RSA_MIN = 2048;
    private static final int P256 = 256;

    /** ES256 for P-256, RS256 for RSA, EdDSA for Ed25519; nothing for another or a weak key. */
    static Optional<JWSAlgorithm> algorithm(Key key) {
        return switch (key) {
            case RSAKey rsa when rsa.getModulus().bitLength() >= RSA_MIN -> Optional.of(JWSAlgorithm.RS256);
            case ECKey ec
            when ec.getParams().getCurve().getField().getFieldSize() == P256
                    && ec.getParams().toString().contains("secp256r1") -> Optional.of(JWSAlgorithm.ES256);
            case EdECKey ed
            when ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName()) ->
                Optional.of(JWSAlgorithm.EdDSA);
            default -> Optional.empty();
        };
    }
}
