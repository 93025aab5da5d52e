package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.UUID;

/** EFI_GUID, UEFI appendix A: 16 bytes, the first three fields little-endian. */
public final class Guid implements Comparable<Guid> {

    static final int SIZE = 16;

    /** Vendor of SecureBoot, PK, KEK and the boot entries. */
    public static final Guid GLOBAL_VARIABLE = of("8be4df61-93ca-11d2-aa0d-00e098032b8c");

    /** Vendor of db and dbx. */
    public static final Guid IMAGE_SECURITY_DATABASE = of("d719b2cb-3d3a-4596-a3bc-dad00e67656f");

    /** Vendor of shim's variables, and owner of shim's own entries in them. */
    public static final Guid SHIM_LOCK = of("605dab50-e046-4300-abb6-3dd810dd8b23");

    /** EDK2's vendor of SecureBootEnable, the switch behind the SecureBoot variable. */
    public static final Guid SECURE_BOOT_ENABLE = of("f0a30bc7-af08-4556-99c4-001009c93a44");

    private final long high;
    private final long low;

    private Guid(long high, long low) {
        this.high = high;
        this.low = low;
    }

    /** @throws IllegalArgumentException if it is not 8-4-4-4-12 hexadecimal digits */
    public static Guid of(String text) {
        UUID uuid = UUID.fromString(text);
        return new Guid(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits());
    }

    public static Guid read(ByteReader in, String field) throws MalformedException {
        in.require(field, SIZE);
        long first = in.u32le(field);
        long second = in.u16le(field);
        long third = in.u16le(field);
        return new Guid(first << 32 | second << 16 | third, in.u64be(field));
    }

    public void write(ByteWriter out) {
        out.u32le(high >>> 32)
                .u16le((int) (high >>> 16 & 0xFFFF))
                .u16le((int) (high & 0xFFFF))
                .u64be(low);
    }

    public Bytes toBytes() {
        ByteWriter out = new ByteWriter();
        write(out);
        return out.toBytes();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Guid that && high == that.high && low == that.low;
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high ^ low);
    }

    @Override
    public int compareTo(Guid other) {
        int first = Long.compare(high, other.high);
        return first != 0 ? first : Long.compare(low, other.low);
    }

    /** 8-4-4-4-12 hexadecimal digits. */
    @Override
    public String toString() {
        return new UUID(high, low).toString();
    }
}
