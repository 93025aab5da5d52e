package dev.sigillo.pe;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The attribute certificate table: WIN_CERTIFICATE entries one after the other, each padded to 8 bytes.
 *
 * @param entries those that could be told apart, in order
 * @param flaw why reading stopped before the table's end; empty if the entries fill the table
 * @param padded whether the last entry's padding is part of the table: EDK2 refuses an image where it is not
 */
public record CertificateTable(List<AttributeCertificate> entries, Optional<String> flaw, boolean padded) {

    private static final int HEADER = 8;
    private static final int MAX = 16;

    public CertificateTable {
        entries = List.copyOf(entries);
    }

    static CertificateTable read(Bytes file, int start) {
        List<AttributeCertificate> found = new ArrayList<>();
        try {
            ByteReader in = new ByteReader(file);
            in.bytes("image", start);
            boolean padded = true;
            while (in.remaining() > 0) {
                int offset = in.offset();
                if (found.size() == MAX) {
                    throw in.malformed("WIN_CERTIFICATE", "more than " + MAX + " entries");
                }
                long length = in.u32le("dwLength");
                int revision = in.u16le("wRevision");
                int type = in.u16le("wCertificateType");
                if (length <= HEADER) {
                    throw in.malformed("dwLength", length + " of entry " + found.size() + ", more than 8 expected");
                }
                Bytes content = in.bytes("bCertificate", length - HEADER);
                found.add(new AttributeCertificate(offset, length, revision, type, content));
                long padding = (HEADER - length % HEADER) % HEADER;
                padded = padding <= in.remaining();
                in.bytes("padding", Math.min(padding, in.remaining()));
            }
            return new CertificateTable(found, Optional.empty(), padded);
        } catch (MalformedException malformed) {
            return new CertificateTable(found, Optional.of(malformed.field() + ": " + malformed.detail()), false);
        }
    }
}
