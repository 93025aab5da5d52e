package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;

/** WIN_CERTIFICATE entries, UEFI 32.2.4: 8 bytes of header, the content, padding to 8. */
final class WinCertificates {

    private static final int REVISION = 0x0200;
    private static final int PKCS_SIGNED_DATA = 2;
    private static final int MAX = 64;

    private WinCertificates() {}

    static List<Bytes> read(Bytes file, int start) throws MalformedException {
        ByteReader in = new ByteReader(file);
        in.bytes("image", start);
        List<Bytes> found = new ArrayList<>();
        while (in.remaining() > 0) {
            long length = in.u32le("dwLength");
            int revision = in.u16le("wRevision");
            int type = in.u16le("wCertificateType");
            if (length < 8 || revision != REVISION || type != PKCS_SIGNED_DATA || found.size() == MAX) {
                throw in.malformed(
                        "WIN_CERTIFICATE",
                        "entry %d: length %d, revision 0x%04x, type 0x%04x; revision 0x0200, type 0x0002 expected"
                                .formatted(found.size(), length, revision, type));
            }
            found.add(in.bytes("bCertificate", length - 8));
            in.bytes("padding", Math.min((8 - length % 8) % 8, in.remaining()));
        }
        return List.copyOf(found);
    }
}
