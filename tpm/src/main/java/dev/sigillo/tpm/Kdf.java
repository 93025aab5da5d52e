package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The TPM's key derivation functions: TPM 2.0 Library, Part 1, "KDFa()" (11.4.10.2) and "KDFe()" (11.4.10.3). */
final class Kdf {

    private Kdf() {}

    /** SP 800-108 in counter mode with HMAC; every bit count we ask for is a multiple of 8. */
    static Bytes a(HashAlgorithm hash, Bytes key, String label, Bytes contextU, Bytes contextV, int bits)
            throws GeneralSecurityException {
        ByteWriter out = new ByteWriter();
        for (int counter = 1; out.size() < bits / 8; counter++) {
            Bytes block = new ByteWriter()
                    .u32be(counter)
                    .bytes(label(label))
                    .bytes(contextU)
                    .bytes(contextV)
                    .u32be(bits)
                    .toBytes();
            out.bytes(Bytes.of(hmac(hash, key).doFinal(block.toByteArray())));
        }
        return out.toBytes().slice(0, bits / 8);
    }

    /** SP 800-56A with a hash over the shared x coordinate. */
    static Bytes e(HashAlgorithm hash, Bytes z, String label, Bytes partyU, Bytes partyV, int bits) {
        ByteWriter out = new ByteWriter();
        for (int counter = 1; out.size() < bits / 8; counter++) {
            Bytes number = new ByteWriter().u32be(counter).toBytes();
            out.bytes(hash.hash(number, z, label(label), partyU, partyV));
        }
        return out.toBytes().slice(0, bits / 8);
    }

    /** The label ends with a zero byte, which is part of it. */
    static Bytes label(String label) {
        return Bytes.utf8(label + "\0");
    }

    static Mac hmac(HashAlgorithm hash, Bytes key) throws GeneralSecurityException {
        String name = "Hmac" + hash.jcaName().replace("-", "");
        Mac mac = Mac.getInstance(name);
        mac.init(new SecretKeySpec(key.toByteArray(), name));
        return mac;
    }
}
