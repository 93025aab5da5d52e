package dev.sigillo.reference;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * What firmware hashes, written down a second time from the specification and without the product's own encoders, so that
 * a prediction is not held against itself.
 */
final class Measured {

    static final String GLOBAL = "8be4df61-93ca-11d2-aa0d-00e098032b8c";
    static final String DATABASE = "d719b2cb-3d3a-4596-a3bc-dad00e67656f";
    static final String SHIM = "605dab50-e046-4300-abb6-3dd810dd8b23";
    static final String X509 = "a5c059a1-94e4-4aa7-87b5-ab155c2bf072";
    static final String SHA256 = "c1c41626-504c-4092-aca9-41f936934328";

    private Measured() {}

    /** EFI_GUID: u32, u16, u16 little-endian, then eight bytes as they are written. */
    static byte[] guid(String text) {
        UUID uuid = UUID.fromString(text);
        long high = uuid.getMostSignificantBits();
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) (high >>> 32))
                .putShort((short) (high >>> 16))
                .putShort((short) high)
                .order(ByteOrder.BIG_ENDIAN)
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    /** UEFI_VARIABLE_DATA. */
    static byte[] variable(String vendor, String name, byte[] data) {
        byte[] text = name.getBytes(StandardCharsets.UTF_16LE);
        return ByteBuffer.allocate(32 + text.length + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(guid(vendor))
                .putLong(name.length())
                .putLong(data.length)
                .put(text)
                .put(data)
                .array();
    }

    /** EFI_SIGNATURE_LIST of one entry. */
    static byte[] list(String type, String owner, byte[] data) {
        return ByteBuffer.allocate(28 + 16 + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(guid(type))
                .putInt(28 + 16 + data.length)
                .putInt(0)
                .putInt(16 + data.length)
                .put(entry(owner, data))
                .array();
    }

    /** EFI_SIGNATURE_DATA. */
    static byte[] entry(String owner, byte[] data) {
        return ByteBuffer.allocate(16 + data.length).put(guid(owner)).put(data).array();
    }

    static byte[] join(byte[]... parts) {
        ByteBuffer all = ByteBuffer.allocate(
                java.util.Arrays.stream(parts).mapToInt(part -> part.length).sum());
        for (byte[] part : parts) {
            all.put(part);
        }
        return all.array();
    }

    static String sha256(byte[] bytes) {
        return HashAlgorithm.SHA256.hash(Bytes.of(bytes)).hex();
    }

    static String sha256(String text) {
        return sha256(text.getBytes(StandardCharsets.UTF_8));
    }
}
