package dev.sigillo.bytes;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.EnumMap;
import java.util.Map;

/** To find an implementation costs more than to hash a register with it, so each thread keeps those it found. */
final class ThreadDigests {

    private static final ThreadLocal<Map<HashAlgorithm, MessageDigest>> FOUND =
            ThreadLocal.withInitial(() -> new EnumMap<>(HashAlgorithm.class));

    private ThreadDigests() {}

    /** This thread's own, with nothing hashed yet; {@code digest()} leaves it so. */
    static MessageDigest of(HashAlgorithm algorithm) {
        return FOUND.get().computeIfAbsent(algorithm, ThreadDigests::find);
    }

    /** One that the caller alone has. */
    static MessageDigest find(HashAlgorithm algorithm) {
        try {
            return MessageDigest.getInstance(algorithm.jcaName());
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException(
                    "this Java runtime lacks " + algorithm.jcaName() + "; use a complete JDK 25", absent);
        }
    }
}
