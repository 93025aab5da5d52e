package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.security.PublicKey;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A TPM key as others see it: TPM 2.0 Library, Part 2, 12.2.4 TPMT_PUBLIC of type RSA or ECC. One exists only if its bytes were
 * parsed to the last one; the Name is computed from those bytes.
 */
public final class TpmPublic {

    /** TPM_ALG_NULL. */
    static final int NULL = 0x0010;

    private static final int FIXED_TPM = 1 << 1;
    private static final int FIXED_PARENT = 1 << 4;
    private static final int SENSITIVE_DATA_ORIGIN = 1 << 5;
    private static final int USER_WITH_AUTH = 1 << 6;
    private static final int RESTRICTED = 1 << 16;
    private static final int DECRYPT = 1 << 17;
    private static final int SIGN = 1 << 18;

    private final Bytes encoded;
    private final HashAlgorithm nameAlgorithm;
    private final int attributes;
    private final Bytes authPolicy;
    private final Optional<SymmetricDefinition> symmetric;
    private final Optional<SignatureScheme> scheme;
    private final KeyParameters key;
    private final Bytes name;
    private volatile @Nullable PublicKey javaKey;

    TpmPublic(
            Bytes encoded,
            HashAlgorithm nameAlgorithm,
            int attributes,
            Bytes authPolicy,
            Optional<SymmetricDefinition> symmetric,
            Optional<SignatureScheme> scheme,
            KeyParameters key) {
        this.encoded = encoded;
        this.nameAlgorithm = nameAlgorithm;
        this.attributes = attributes;
        this.authPolicy = authPolicy;
        this.symmetric = symmetric;
        this.scheme = scheme;
        this.key = key;
        this.name = new ByteWriter()
                .u16be(nameAlgorithm.tpmId())
                .bytes(nameAlgorithm.hash(encoded))
                .toBytes();
    }

    /**
     * @param encoded TPMT_PUBLIC, without the size of a TPM2B_PUBLIC
     * @throws MalformedException if bytes run out or are left over, an algorithm is unknown, an RSA modulus is not of
     *     its declared length, or an ECC point is not on P-256 or P-384
     */
    public static TpmPublic parse(Bytes encoded) throws MalformedException {
        return PublicParser.parse(encoded);
    }

    /**
     * A file that tools write: TPM2B_PUBLIC or TPMT_PUBLIC, told by the size in front.
     *
     * @throws MalformedException as {@link #parse} does
     */
    public static TpmPublic parseFile(Bytes file) throws MalformedException {
        return parse(Tpm2b.unwrap(file));
    }

    /** The bytes that were parsed. */
    public Bytes encoded() {
        return encoded;
    }

    /** The object's Name: u16 nameAlg, then the hash of the structure (TPM 2.0 Library, Part 1, "Names"). */
    public Bytes name() {
        return name;
    }

    public HashAlgorithm nameAlgorithm() {
        return nameAlgorithm;
    }

    /** TPMA_OBJECT as it stands; the questions that matter have methods. */
    public int attributes() {
        return attributes;
    }

    public boolean isFixedTpm() {
        return has(FIXED_TPM);
    }

    public boolean isFixedParent() {
        return has(FIXED_PARENT);
    }

    public boolean isSensitiveDataOrigin() {
        return has(SENSITIVE_DATA_ORIGIN);
    }

    /** Whether the key may be used by its password; otherwise only by its policy. */
    public boolean isUserWithAuth() {
        return has(USER_WITH_AUTH);
    }

    public boolean isRestricted() {
        return has(RESTRICTED);
    }

    public boolean isSign() {
        return has(SIGN);
    }

    public boolean isDecrypt() {
        return has(DECRYPT);
    }

    /** The mark of an attestation key: signs only what the TPM itself made, and decrypts nothing. */
    public boolean isRestrictedSigning() {
        return isRestricted() && isSign() && !isDecrypt();
    }

    /** The mark of an endorsement or storage key. */
    public boolean isRestrictedDecryption() {
        return isRestricted() && isDecrypt() && !isSign();
    }

    public Bytes authPolicy() {
        return authPolicy;
    }

    public Optional<SymmetricDefinition> symmetric() {
        return symmetric;
    }

    /** The signing scheme the key is fixed to; absent if it is none of ours or left to the caller. */
    public Optional<SignatureScheme> scheme() {
        return scheme;
    }

    public KeyParameters key() {
        return key;
    }

    /** The key for Java's providers: made once, since they are slow to make one and a verifier asks at each quote. */
    public PublicKey publicKey() {
        PublicKey made = javaKey;
        if (made == null) {
            made = JavaKeys.of(key);
            javaKey = made;
        }
        return made;
    }

    private boolean has(int bit) {
        return (attributes & bit) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof TpmPublic that && encoded.equals(that.encoded);
    }

    @Override
    public int hashCode() {
        return encoded.hashCode();
    }

    @Override
    public String toString() {
        return "TpmPublic " + name().hex();
    }
}
