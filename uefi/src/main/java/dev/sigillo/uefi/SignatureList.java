package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * EFI_SIGNATURE_LIST, UEFI 32.4.1: entries of one type and one size. PK, KEK, db, dbx and MokList are such lists, one
 * after the other.
 *
 * @param type SignatureType
 * @param header SignatureHeader, empty for all types in use
 * @param entries in their order
 */
public record SignatureList(Guid type, Bytes header, List<SignatureEntry> entries) {

    public static final Guid SHA1 = Guid.of("826ca512-cf10-4ac9-b187-be01496631bd");
    public static final Guid SHA224 = Guid.of("0b6e5233-a65c-44c9-9407-d9ab83bfc8bd");
    public static final Guid SHA256 = Guid.of("c1c41626-504c-4092-aca9-41f936934328");
    public static final Guid SHA384 = Guid.of("ff3e5307-9fd0-48c9-85f1-8ad56c701e01");
    public static final Guid SHA512 = Guid.of("093e0fae-a6c4-4f50-9f1b-d41e2b89c19a");
    public static final Guid X509 = Guid.of("a5c059a1-94e4-4aa7-87b5-ab155c2bf072");

    /** A hash of a certificate's TBSCertificate, then an EFI_TIME from when on it is revoked; all zero means always. */
    public static final Guid X509_SHA256 = Guid.of("3bd2a492-96c0-4079-b420-fcf98ef103ed");

    public static final Guid X509_SHA384 = Guid.of("7076876e-80c2-4ee6-aad2-28b349a6865b");
    public static final Guid X509_SHA512 = Guid.of("446dbf63-2502-4cda-bcfa-2465d2b0fe9d");

    /** EFI_CERT_EXTERNAL_MANAGEMENT_GUID: the key is kept by other means, and the list holds one byte without meaning. */
    public static final Guid EXTERNAL_MANAGEMENT = Guid.of("452e8ced-dfff-4b8c-ae01-5118862e682c");

    /** Bytes of SignatureData of the types whose size does not depend on the entry. */
    private static final Map<Guid, Integer> SIZES = Map.of(
            SHA1,
            20,
            SHA224,
            28,
            SHA256,
            32,
            SHA384,
            48,
            SHA512,
            64,
            X509_SHA256,
            48,
            X509_SHA384,
            64,
            X509_SHA512,
            80,
            EXTERNAL_MANAGEMENT,
            1);

    private static final int FIXED = 28;
    private static final int OWNER = 16;

    /** EFI_CERT_SHA1_GUID's digest is the smallest data that UEFI 32.4.1 defines for a type that means something. */
    private static final int SMALLEST = 20;

    public SignatureList {
        entries = entries instanceof SignatureEntries unchanging ? unchanging : List.copyOf(entries);
    }

    /** A list of one certificate. */
    public static SignatureList certificate(Guid owner, Bytes der) {
        return new SignatureList(X509, Bytes.empty(), List.of(new SignatureEntry(owner, der)));
    }

    /** A list of SHA-256 hashes of one owner. */
    public static SignatureList hashes(Guid owner, List<Bytes> digests) {
        return new SignatureList(
                SHA256,
                Bytes.empty(),
                digests.stream()
                        .map(digest -> new SignatureEntry(owner, digest))
                        .toList());
    }

    /** @throws MalformedException if any size is impossible, or bytes are left over */
    public static List<SignatureList> parseAll(Bytes bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        List<SignatureList> lists = new ArrayList<>();
        while (in.remaining() > 0) {
            lists.add(read(in));
        }
        return List.copyOf(lists);
    }

    private static SignatureList read(ByteReader in) throws MalformedException {
        Guid type = Guid.read(in, "SignatureType");
        long listSize = in.u32le("SignatureListSize");
        long headerSize = in.u32le("SignatureHeaderSize");
        long size = in.u32le("SignatureSize");
        if (listSize < FIXED) {
            throw in.malformed("SignatureListSize", listSize + " is less than the fixed part of " + FIXED);
        }
        ByteReader body = in.view("EFI_SIGNATURE_LIST", listSize - FIXED);
        Bytes header = body.bytes("SignatureHeader", headerSize);
        if (size <= OWNER || body.remaining() % size != 0) {
            throw body.malformed(
                    "SignatureSize", size + " bytes an entry do not divide the " + body.remaining() + " of the list");
        }
        Integer fixed = SIZES.get(type);
        if (fixed != null && size != OWNER + fixed) {
            throw body.malformed(
                    "SignatureSize", "%d in a list of type %s, which has %d".formatted(size, type, OWNER + fixed));
        }
        if (fixed == null && size < OWNER + SMALLEST && body.remaining() > 0) {
            throw body.malformed("SignatureSize", size + ", less than any type has: " + (OWNER + SMALLEST));
        }
        List<SignatureEntry> entries =
                body.remaining() == 0 ? List.of() : new SignatureEntries(body.rest(), (int) size);
        return new SignatureList(type, header, entries);
    }

    /**
     * The list as a variable holds it.
     *
     * @throws IllegalStateException if the entries differ in size
     */
    public Bytes encode() {
        int size = entries.isEmpty()
                ? OWNER + 1
                : OWNER + entries.getFirst().data().size();
        ByteWriter out = new ByteWriter();
        type.write(out);
        out.u32le(FIXED + header.size() + (long) size * entries.size())
                .u32le(header.size())
                .u32le(size)
                .bytes(header);
        for (SignatureEntry entry : entries) {
            if (entry.data().size() != size - OWNER) {
                throw new IllegalStateException("entries of " + (size - OWNER) + " and "
                        + entry.data().size() + " bytes in one EFI_SIGNATURE_LIST: make two lists");
            }
            out.bytes(entry.encode());
        }
        return out.toBytes();
    }

    /** Lists one after the other, as a variable holds them. */
    public static Bytes encodeAll(List<SignatureList> lists) {
        return Bytes.concat(lists.stream().map(SignatureList::encode).toArray(Bytes[]::new));
    }
}
