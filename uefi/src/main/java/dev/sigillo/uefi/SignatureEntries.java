package dev.sigillo.uefi;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.util.AbstractList;
import java.util.RandomAccess;

/** The entries of one EFI_SIGNATURE_LIST where they lie: dbx has many and they are small, so each is made when asked for. */
final class SignatureEntries extends AbstractList<SignatureEntry> implements RandomAccess {

    private final Bytes body;
    private final int size;

    /**
     * @param body of the list, behind its header; a multiple of the size
     * @param size SignatureSize
     */
    SignatureEntries(Bytes body, int size) {
        this.body = body;
        this.size = size;
    }

    @Override
    public SignatureEntry get(int index) {
        if (index < 0 || index >= size()) {
            throw new IndexOutOfBoundsException("entry " + index + " of " + size());
        }
        Bytes entry = body.slice(index * size, (index + 1) * size);
        try {
            return new SignatureEntry(
                    Guid.read(new ByteReader(entry), "SignatureOwner"), entry.slice(Guid.SIZE, entry.size()));
        } catch (MalformedException impossible) {
            throw new IllegalStateException("an entry of " + size + " bytes has no owner", impossible);
        }
    }

    @Override
    public int size() {
        return body.size() / size;
    }
}
