package dev.sigillo.server;

import dev.sigillo.bytes.Bytes;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;

/** Codes and tokens that cannot be guessed, and the hash that is kept of them. */
final class RandomText {
    private static final int BYTES = 32;

    private RandomText() {}

    /** 256 random bits, Base64url. */
    static String fresh() {
        byte[] random = new byte[BYTES];
        new SecureRandom().nextBytes(random);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
    }

    /** SHA-256 in hex: enough for what has 256 random bits. */
    static String hash(String text) {
        return HexFormat.of().formatHex(sha256(text));
    }

    /** Base64url of SHA-256: the code challenge of a verifier (RFC 7636 §4.2, S256). */
    static String challenge(String verifier) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(sha256(verifier));
    }

    static boolean same(String one, String other) {
        return Bytes.of(one.getBytes(StandardCharsets.UTF_8))
                .equalsConstantTime(Bytes.of(other.getBytes(StandardCharsets.UTF_8)));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
