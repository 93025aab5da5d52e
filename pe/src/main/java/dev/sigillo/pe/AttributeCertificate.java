package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * One WIN_CERTIFICATE: PE format, "Attribute Certificate Table"; UEFI 32.2.4.
 *
 * @param offset in the file
 * @param length dwLength: header of 8 bytes and content, without the padding to 8
 * @param revision wRevision, 0x0200
 * @param type wCertificateType: 0x0002 PKCS#7 SignedData, 0x0EF1 EFI_GUID
 * @param content what follows the 8 bytes
 */
public record AttributeCertificate(int offset, long length, int revision, int type, Bytes content) {

    private static final int REVISION = 0x0200;
    private static final int PKCS_SIGNED_DATA = 0x0002;
    private static final int EFI_GUID = 0x0EF1;

    /** EFI_CERT_TYPE_PKCS7_GUID 4aafd29d-68df-49ee-8aa9-347d375665a7 as it is written. */
    private static final Bytes PKCS7 = Bytes.fromHex("9dd2af4adf68ee498aa9347d375665a7");

    /**
     * The signature in it.
     *
     * @throws MalformedException if the entry is of another kind or revision, or holds no Authenticode signature
     */
    public Signature signature() throws MalformedException {
        if (revision == REVISION && type == PKCS_SIGNED_DATA) {
            return Signature.parse(content);
        }
        if (revision == REVISION && type == EFI_GUID && content.startsWith(PKCS7)) {
            ByteReader in = new ByteReader(content);
            in.bytes("CertType", PKCS7.size());
            return Signature.parse(in.rest());
        }
        throw new MalformedException(
                "WIN_CERTIFICATE",
                offset,
                "revision 0x%04x, type 0x%04x; revision 0x0200, type 0x0002 (PKCS#7 SignedData) expected"
                        .formatted(revision, type));
    }
}
