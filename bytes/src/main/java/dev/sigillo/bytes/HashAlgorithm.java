package dev.sigillo.bytes;

import java.security.MessageDigest;
import java.util.Locale;
import java.util.Optional;

/** The hash algorithms of PCR banks and Names: TCG Algorithm Registry, TPM_ALG_ID. */
public enum HashAlgorithm {
    SHA1(0x0004, 20, "SHA-1"),
    SHA256(0x000B, 32, "SHA-256"),
    SHA384(0x000C, 48, "SHA-384"),
    SHA512(0x000D, 64, "SHA-512"),
    SM3_256(0x0012, 32, "SM3");

    private static final HashAlgorithm[] ALL = values();

    private final int tpmId;
    private final int size;
    private final String jcaName;

    HashAlgorithm(int tpmId, int size, String jcaName) {
        this.tpmId = tpmId;
        this.size = size;
        this.jcaName = jcaName;
    }

    /** TPM_ALG_ID, a UINT16. */
    public int tpmId() {
        return tpmId;
    }

    /** Bytes in a digest. */
    public int size() {
        return size;
    }

    /** As the JDK's MessageDigest names it (SM3: as other providers do; {@link #hash} does not need them). */
    public String jcaName() {
        return jcaName;
    }

    /** Whether a decision may rest on it: rule 15 wants SHA-256 or stronger. */
    public boolean isStrong() {
        return this != SHA1;
    }

    public static Optional<HashAlgorithm> fromTpmId(int id) {
        for (HashAlgorithm algorithm : ALL) {
            if (algorithm.tpmId == id) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** As tools write it: {@code sha256}, {@code sm3_256}; {@link #fromText} reads it. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** By the name that tools write: {@code sha256}, in any case; {@code sm3} and {@code sm3_256} are the same. */
    public static Optional<HashAlgorithm> fromText(String text) {
        String name = text.toUpperCase(Locale.ROOT);
        for (HashAlgorithm algorithm : values()) {
            if (algorithm.name().equals(name) || algorithm.jcaName.equals(name)) {
                return Optional.of(algorithm);
            }
        }
        return Optional.empty();
    }

    /** The digest of the parts, one after the other. */
    public Bytes hash(Bytes... parts) {
        if (this == SM3_256) {
            return Sm3.hash(Bytes.concat(parts));
        }
        MessageDigest digest = ThreadDigests.of(this);
        for (Bytes part : parts) {
            digest.update(part.array(), part.start(), part.size());
        }
        byte[] value = digest.digest();
        return Bytes.owned(value, value.length);
    }
}
