package dev.sigillo.kernel;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import java.util.Optional;

/**
 * A kernel as it is booted, and the keys and options inside it: x86's bzImage (Documentation/arch/x86/boot.rst, protocol
 * 2.08 and later), the compressed EFI images of other architectures (zboot), or a plain Image or vmlinux.
 *
 * @param release such as {@code 6.12.118+deb13-amd64}; empty when the image does not tell
 * @param keys the certificates of .builtin_trusted_keys
 * @param config the options it was built with, if it carries them (CONFIG_IKCONFIG)
 */
public record KernelImage(Optional<String> release, BuiltinKeys keys, Optional<KernelConfig> config) {
    /** The largest kernel that is unpacked. */
    public static final int MAX_SIZE = 512 << 20;

    private static final Bytes HDRS = Bytes.utf8("HdrS");
    private static final Bytes ZIMG = Bytes.utf8("zimg");
    private static final int SECTOR = 512;

    /** @throws MalformedException if it is compressed in a way that is not known here, or damaged */
    public static KernelImage parse(Bytes file) throws MalformedException {
        Bytes vmlinux = vmlinux(file);
        return new KernelImage(release(file), BuiltinKeys.find(vmlinux), KernelConfig.embedded(vmlinux));
    }

    private static boolean isBzImage(Bytes file) {
        return file.size() > 0x260 && file.slice(0x202, 0x206).equals(HDRS);
    }

    private static Bytes vmlinux(Bytes file) throws MalformedException {
        if (isBzImage(file)) {
            int sectors = file.at(0x1F1);
            ByteReader in = new ByteReader(file);
            in.bytes("before payload_offset", 0x248);
            long offset = in.u32le("payload_offset");
            long size = in.u32le("payload_length");
            in = new ByteReader(file);
            in.bytes("before the payload", ((sectors == 0 ? 4 : sectors) + 1L) * SECTOR + offset);
            return unpacked(in.bytes("payload", size));
        }
        if (file.size() > 16 && file.slice(4, 8).equals(ZIMG)) {
            ByteReader in = new ByteReader(file);
            in.bytes("before payload_offset", 8);
            long offset = in.u32le("payload_offset");
            long size = in.u32le("payload_size");
            in = new ByteReader(file);
            in.bytes("before the payload", offset);
            return unpacked(in.bytes("payload", size));
        }
        return Compression.of(file).isPresent() ? unpacked(file) : file;
    }

    private static Bytes unpacked(Bytes payload) throws MalformedException {
        Optional<Compression> form = Compression.of(payload);
        if (form.isPresent()) {
            return form.get().unpack(payload, MAX_SIZE);
        }
        if (payload.startsWith(Bytes.fromHex("7f454c46"))) {
            return payload; // an ELF file: CONFIG_KERNEL_UNCOMPRESSED
        }
        throw new MalformedException(
                "payload",
                0,
                "starts with " + payload.slice(0, Math.min(4, payload.size())).hex()
                        + ": gzip, xz, LZMA, LZ4 and Zstandard are known");
    }

    /** The first word of the version text that the setup header points to, without unpacking the kernel. */
    public static Optional<String> release(Bytes file) throws MalformedException {
        if (!isBzImage(file)) {
            return Optional.empty();
        }
        ByteReader in = new ByteReader(file);
        in.bytes("before kernel_version", 0x20E);
        int pointer = in.u16le("kernel_version");
        int start = pointer + 0x200;
        if (pointer == 0 || start >= file.size()) {
            return Optional.empty();
        }
        int end = start;
        while (end < file.size() && end - start < 128 && file.at(end) > ' ') {
            end++;
        }
        return Optional.of(file.slice(start, end).utf8());
    }
}
