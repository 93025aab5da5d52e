package dev.sigillo.bytes;

import java.security.DigestException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A register that is being extended (TPM2_PCR_Extend: H(register ‖ measured)), in place: a log of many small events makes no
 * object for each. For one thread, the one that made it.
 */
public final class Register {

    private final HashAlgorithm algorithm;
    private final HashAlgorithm hash;
    private final byte[] value;
    private final byte[] measured;

    /** What {@link #extendWithHash} hashes with; null until there is something. */
    private @Nullable MessageDigest hashing;

    /** The same for SM3, which hashes in one go. */
    private @Nullable ByteWriter unhashed;

    /** Begins with that value. */
    public Register(Digest initial) {
        this(initial, initial.algorithm());
    }

    /**
     * Begins with that value.
     *
     * @param hash of {@link #extendWithHash}: the register's own, or a shorter one that is filled up with zeros
     */
    public Register(Digest initial, HashAlgorithm hash) {
        this.hash = hash;
        algorithm = initial.algorithm();
        value = initial.value().toByteArray();
        measured = new byte[value.length];
    }

    /** Extends it with the digest that stands at {@code from}. */
    public void extend(Bytes bytes, int from) {
        System.arraycopy(bytes.array(), bytes.start() + from, measured, 0, measured.length);
        extend();
    }

    /** Extends it with bytes that are all the same: ones for what IMA could not vouch for. */
    public void extendFilled(int filler) {
        Arrays.fill(measured, (byte) filler);
        extend();
    }

    /** Adds {@code [from, to)} to what {@link #extendWithHash} hashes. */
    public void hash(Bytes bytes, int from, int to) {
        Objects.checkFromToIndex(from, to, bytes.size());
        if (hash == HashAlgorithm.SM3_256) {
            unhashed = unhashed == null ? new ByteWriter() : unhashed;
            unhashed.bytes(bytes.slice(from, to));
            return;
        }
        if (hashing == null) {
            hashing = ThreadDigests.find(hash);
        }
        hashing.update(bytes.array(), bytes.start() + from, to - from);
    }

    /** Extends it with the hash of what was added since the last time. */
    public void extendWithHash() {
        Arrays.fill(measured, (byte) 0);
        if (hashing != null) {
            into(hashing, measured, hash.size());
        } else {
            hash.hash(unhashed == null ? Bytes.empty() : unhashed.toBytes()).copyTo(measured, 0);
            unhashed = null;
        }
        extend();
    }

    /** Whether it holds that value now. */
    public boolean holds(Digest other) {
        Bytes bytes = other.value();
        return other.algorithm() == algorithm
                && Arrays.equals(value, 0, value.length, bytes.array(), bytes.start(), bytes.start() + bytes.size());
    }

    /** What it holds now. */
    public Digest value() {
        return new Digest(algorithm, Bytes.of(value));
    }

    private void extend() {
        if (algorithm == HashAlgorithm.SM3_256) {
            algorithm.hash(Bytes.of(value), Bytes.of(measured)).copyTo(value, 0);
            return;
        }
        MessageDigest digest = ThreadDigests.of(algorithm);
        digest.update(value);
        digest.update(measured);
        into(digest, value, value.length);
    }

    private static void into(MessageDigest digest, byte[] target, int size) {
        try {
            digest.digest(target, 0, size);
        } catch (DigestException impossible) {
            throw new IllegalStateException("a digest of " + size + " bytes does not fit", impossible);
        }
    }
}
