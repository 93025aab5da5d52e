package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.Optional;

/**
 * What a TPM signs: TPM 2.0 Library, Part 2, 10.12.12 TPMS_ATTEST (u32 magic, u16 type, TPM2B qualifiedSigner, TPM2B extraData,
 * TPMS_CLOCK_INFO, u64 firmwareVersion, then what the type says).
 *
 * @param encoded the very bytes that were parsed, over which the signature goes
 * @param type TPM_ST_ATTEST_*; it alone says what the body means
 * @param qualifiedSigner Name of the signing key qualified by its parents
 * @param extraData the caller's qualifyingData
 * @param firmwareVersion 8 bytes, vendor's meaning
 * @param quote present exactly when the type is {@link #QUOTE}
 * @param attested TPMU_ATTEST, the body, unread if the type is another
 */
public record Attest(
        Bytes encoded,
        int type,
        Bytes qualifiedSigner,
        Bytes extraData,
        ClockInfo clockInfo,
        long firmwareVersion,
        Optional<QuoteInfo> quote,
        Bytes attested) {

    /** TPM_GENERATED_VALUE: no restricted key signs foreign bytes that start with it. */
    public static final int MAGIC = 0xFF544347;

    /** TPM_ST_ATTEST_QUOTE. */
    public static final int QUOTE = 0x8018;

    /** TPM_ST_ATTEST_CREATION. */
    public static final int CREATION = 0x801A;

    /** TPM_ST_ATTEST_NV. */
    public static final int NV = 0x8014;

    private static final int MAX_SIZE = 4096;

    /** A file that tools write: TPMS_ATTEST, or TPM2B_ATTEST with its size in front taken away. */
    public static Bytes unwrap(Bytes file) {
        return Tpm2b.unwrap(file);
    }

    /**
     * Parses to the last byte. An attestation of another type than a quote parses too, with its body left alone, so
     * that the finding can name the type.
     *
     * @throws MalformedException if the magic is another, bytes run out or are left over
     */
    public static Attest parse(Bytes encoded) throws MalformedException {
        ByteReader in = new ByteReader(encoded);
        if (encoded.size() > MAX_SIZE) {
            throw in.malformed("TPMS_ATTEST", encoded.size() + " bytes, at most " + MAX_SIZE + " expected");
        }
        long magic = in.u32be("magic");
        if ((int) magic != MAGIC) {
            throw in.malformed("magic", "0x" + Long.toHexString(magic) + ", 0xff544347 (TPM_GENERATED_VALUE) expected");
        }
        int type = in.u16be("type");
        Bytes qualifiedSigner = in.sized16be("qualifiedSigner");
        Bytes extraData = in.sized16be("extraData");
        ClockInfo clockInfo = ClockInfo.read(in);
        long firmwareVersion = in.u64be("firmwareVersion");
        Optional<QuoteInfo> quote = Optional.empty();
        Bytes attested = in.peek();
        if (type == QUOTE) {
            quote = Optional.of(QuoteInfo.read(in));
            in.requireEnd("TPMS_ATTEST");
        }
        return new Attest(encoded, type, qualifiedSigner, extraData, clockInfo, firmwareVersion, quote, attested);
    }

    /**
     * What TPM2_CertifyCreation attests; nothing if the type is another.
     *
     * @throws MalformedException if the body's bytes run out or are left over
     */
    public Optional<CreationInfo> creation() throws MalformedException {
        return type == CREATION ? Optional.of(body(CreationInfo::read)) : Optional.empty();
    }

    /**
     * What TPM2_NV_Certify attests; nothing if the type is another.
     *
     * @throws MalformedException if the body's bytes run out or are left over
     */
    public Optional<NvCertifyInfo> nv() throws MalformedException {
        return type == NV ? Optional.of(body(NvCertifyInfo::read)) : Optional.empty();
    }

    private interface Form<T> {
        T read(ByteReader in) throws MalformedException;
    }

    private <T> T body(Form<T> form) throws MalformedException {
        ByteReader in = new ByteReader(attested);
        T read = form.read(in);
        in.requireEnd("TPMS_ATTEST.attested");
        return read;
    }
}
