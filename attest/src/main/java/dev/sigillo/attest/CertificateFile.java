package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A certificate as a TPM's NV index, a file or a tool holds it. An index may be larger than its certificate, and filled up
 * with zeros or ones; TPMs of the time of 1.2 put TCG_PCCLIENT_STORED_CERT in front (u16 tag 0x1001, u8 type, u16 size,
 * then u16 tag 0x1002 of a TCG_FULL_CERT: TCG PC Client Specific Implementation Specification 1.2, 7.3.2). Other bytes
 * around the certificate are refused.
 *
 * @param certificate exactly one DER SEQUENCE; of a PEM file with several the one that is no CA's, else the first
 * @param others the further certificates of a PEM file
 * @param quirks what stood around it, in words
 */
public record CertificateFile(Bytes certificate, List<Bytes> others, List<String> quirks) {

    private static final int STORED_CERT = 0x1001;
    private static final int FULL_CERT = 0x1002;
    private static final int SEQUENCE = 0x30;

    public CertificateFile {
        others = List.copyOf(others);
        quirks = List.copyOf(quirks);
    }

    /** @throws MalformedException if there is no certificate, or other bytes than padding beside it */
    public static CertificateFile read(Bytes file) throws MalformedException {
        if (Pem.isIn(file)) {
            List<Bytes> all = new ArrayList<>();
            for (Pem.Block block : Pem.read(file)) {
                if (!block.label().endsWith("CERTIFICATE")) {
                    throw new MalformedException(
                            "PEM", 0, "a block " + Printable.name(block.label()) + "; CERTIFICATE expected");
                }
                all.add(block.der());
            }
            CertificateFile subject = binary(all.remove(subject(all)));
            return new CertificateFile(subject.certificate(), all, subject.quirks());
        }
        return binary(file);
    }

    /** Where the one certificate stands that is no CA's: a chain may be written from either end. Else the first. */
    private static int subject(List<Bytes> chain) {
        List<Integer> subjects = IntStream.range(0, chain.size())
                .filter(at -> !EkCheck.isAuthority(chain.get(at)))
                .boxed()
                .toList();
        return subjects.size() == 1 ? subjects.getFirst() : 0;
    }

    private static CertificateFile binary(Bytes file) throws MalformedException {
        List<String> quirks = new ArrayList<>();
        ByteReader in = new ByteReader(file);
        if (file.size() >= 7 && new ByteReader(file).u16be("tag") == STORED_CERT) {
            in.u16be("stdCert.tag");
            int type = in.u8("stdCert.certType");
            int size = in.u16be("stdCert.certSize");
            boolean bare = in.peek().at(0) == SEQUENCE; // some TPMs leave the inner tag out
            int tag = bare ? FULL_CERT : in.u16be("fullCert.tag");
            if (type != 0 || tag != FULL_CERT) {
                throw in.malformed(
                        "TCG_PCCLIENT_STORED_CERT",
                        "type " + type + ", inner tag 0x" + Integer.toHexString(tag) + "; a full certificate expected");
            }
            quirks.add("TCG_PCCLIENT_STORED_CERT in front, of " + size + " bytes"
                    + (bare ? ", without the tag of TCG_FULL_CERT" : ""));
            int tags = bare ? 0 : 2;
            if (size < tags || size - tags > in.remaining()) {
                throw in.malformed("stdCert.certSize", size + ", at most " + (in.remaining() + tags) + " expected");
            }
            Bytes inner = in.bytes("certificate", size - tags);
            padding(in, quirks, "the index");
            in = new ByteReader(inner);
        }
        Bytes certificate = in.bytes("certificate", derSize(in.peek()));
        padding(in, quirks, "the certificate");
        return new CertificateFile(certificate, List.of(), quirks);
    }

    private static void padding(ByteReader in, List<String> quirks, String after) throws MalformedException {
        Bytes rest = in.peek();
        if (rest.isEmpty()) {
            return;
        }
        if (!rest.allAre(0) && !rest.allAre(0xFF)) {
            throw in.malformed(
                    "certificate", rest.size() + " bytes after " + after + " that are neither all 00 nor all ff");
        }
        quirks.add(rest.size() + " bytes of " + (rest.at(0) == 0 ? "00" : "ff") + " after " + after);
        in.rest();
    }

    /** Bytes of the SEQUENCE that stands first, its header included; DER's shortest form of the length only. */
    private static long derSize(Bytes der) throws MalformedException {
        ByteReader in = new ByteReader(der);
        int tag = in.u8("certificate");
        if (tag != SEQUENCE) {
            throw new MalformedException(
                    "certificate", 0, "first byte 0x" + Integer.toHexString(tag) + ", a DER SEQUENCE (0x30) expected");
        }
        int first = in.u8("certificate.length");
        if (first < 0x80) {
            return 2L + first;
        }
        int width = first & 0x7F;
        if (width < 1 || width > 3) {
            throw in.malformed("certificate.length", "a length of " + width + " bytes, 1 to 3 expected");
        }
        long size = 0;
        for (int i = 0; i < width; i++) {
            size = (size << 8) | in.u8("certificate.length");
        }
        if (size < 0x80 || size >>> (8 * (width - 1)) == 0) {
            throw in.malformed("certificate.length", "not in its shortest form");
        }
        return 2L + width + size;
    }
}
