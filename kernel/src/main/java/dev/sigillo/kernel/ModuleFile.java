package dev.sigillo.kernel;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.compression.Compression;
import java.util.Optional;

/**
 * A kernel module with the signature that is appended to it: Linux, Documentation/admin-guide/module-signing.rst and
 * include/linux/module_signature.h. Behind the module stand the PKCS#7 message, struct module_signature (12 bytes: algo,
 * hash, id_type, signer_len, key_id_len, three zeros, and the message's size as a big-endian UINT32) and a marker.
 *
 * @param content what was signed: all before the message
 * @param message PKCS#7, DER; empty of an unsigned module
 */
public record ModuleFile(Bytes content, Optional<Bytes> message) {
    /** The largest module that is unpacked: more than any distribution or vendor ships. */
    public static final int MAX_SIZE = 256 << 20;

    private static final Bytes MARKER = Bytes.utf8("~Module signature appended~\n");
    private static final int STRUCTURE = 12;
    private static final int PKEY_ID_PKCS7 = 2;

    /**
     * A module as it lies on disk: {@code .ko}, or compressed as {@code .ko.xz}, {@code .ko.zst} or {@code .ko.gz}.
     *
     * @throws MalformedException if it is damaged, too large, or its signature's structure is one that mod_check_sig()
     *     refuses
     */
    public static ModuleFile read(Bytes file) throws MalformedException {
        Optional<Compression> packed = Compression.of(file);
        return parse(packed.isPresent() ? packed.get().unpack(file, MAX_SIZE) : file);
    }

    /** A module that is not compressed. */
    public static ModuleFile parse(Bytes module) throws MalformedException {
        int end = module.size() - MARKER.size();
        if (end < 0 || !module.slice(end, module.size()).equals(MARKER)) {
            return new ModuleFile(module, Optional.empty());
        }
        if (end < STRUCTURE) {
            throw new MalformedException("module_signature", 0, "needs 12 bytes before its marker, has " + end);
        }
        int at = end - STRUCTURE;
        ByteReader in = new ByteReader(module);
        in.bytes("module", at);
        int algo = in.u8("algo");
        int hash = in.u8("hash");
        int form = in.u8("id_type");
        int signer = in.u8("signer_len");
        int key = in.u8("key_id_len");
        int pad = in.u16be("__pad") | in.u8("__pad");
        long size = in.u32be("sig_len");
        if (form != PKEY_ID_PKCS7) {
            throw new MalformedException(
                    "module_signature.id_type",
                    at + 2,
                    form + (form == 0 ? " (PGP)" : form == 1 ? " (X.509)" : "")
                            + ": kernels since 4.3 take 2 (PKCS#7) only");
        }
        if (algo != 0 || hash != 0 || signer != 0 || key != 0 || pad != 0) {
            throw new MalformedException(
                    "module_signature", at, "algo, hash, signer_len, key_id_len and padding are zero for PKCS#7");
        }
        if (size == 0 || size > at) {
            throw new MalformedException("module_signature.sig_len", at + 8, size + " bytes, before it are " + at);
        }
        int start = at - (int) size;
        return new ModuleFile(module.slice(0, start), Optional.of(module.slice(start, at)));
    }
}
