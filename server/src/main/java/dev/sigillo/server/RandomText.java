package dev.sigillo.server;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;

/** Codes and tokens that cannot be guessed, and the hash that is kept of them. */
final class RandomText {
    private static final int BYTES = 32;

    private RandomText() {}

    /** 256 random bits, Base64url. */
    static String fresh() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return base64(Bytes.of(random));
    }

    /** SHA-256 in hex: enough for what has 256 random bits. */
    static String hash(String text) {
        return sha256(text).hex();
    }

    /** Base64url of SHA-256: the code challenge of a verifier (RFC 7636 §4.2, S256). */
    static String challenge(String verifier) {
        return base64(sha256(verifier));
    }

    /** Base64url without padding (RFC 4648 §5). */
    static String base64(Bytes bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
    }

    static boolean same(String one, String other) {
        return Bytes.utf8(one).equalsConstantTime(Bytes.utf8(other));
    }

    private static Bytes sha256(String text) {
        return Digest.sha256(text.getBytes(StandardCharsets.UTF_8)).value();
    }
}
