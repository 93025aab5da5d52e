package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/**
 * EFI_VARIABLE_AUTHENTICATION_2 with its payload, UEFI 8.2.2: how dbx updates are published.
 *
 * @param timestamp EFI_TIME, 16 bytes
 * @param signedData PKCS#7 SignedData without ContentInfo; not verified here
 * @param payload the new or appended variable data
 */
public record VariableUpdate(Bytes timestamp, Bytes signedData, Bytes payload) {

    private static final Guid PKCS7 = Guid.of("4aafd29d-68df-49ee-8aa9-347d375665a7");
    private static final int HEADER = 24;

    public static VariableUpdate parse(Bytes bytes) throws MalformedException {
        ByteReader in = new ByteReader(bytes);
        Bytes timestamp = in.bytes("TimeStamp", 16);
        long length = in.u32le("dwLength");
        int revision = in.u16le("wRevision");
        int certificateType = in.u16le("wCertificateType");
        if (length < HEADER || revision != 0x0200 || certificateType != 0x0EF1) {
            throw in.malformed(
                    "WIN_CERTIFICATE_UEFI_GUID",
                    "length %d, revision 0x%04x, type 0x%04x; 0x0200 and 0x0ef1 expected"
                            .formatted(length, revision, certificateType));
        }
        Guid type = Guid.read(in, "CertType");
        if (!type.equals(PKCS7)) {
            throw in.malformed("CertType", type + ", EFI_CERT_TYPE_PKCS7_GUID expected");
        }
        return new VariableUpdate(timestamp, in.bytes("CertData", length - HEADER), in.rest());
    }
}
