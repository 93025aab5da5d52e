package dev.sigillo.attest;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VariableData;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The entry in an authority event: the log does not say of which type it is, so its bytes and the measured db must. */
final class AuthorityReading {

    private static final int OWNER = 16;
    private static final int SHA256 = 32;
    private static final int SEQUENCE = 0x30;
    private static final int LONG_LENGTH = 0x82;

    private final Map<Digest, KeyEntry> db = new HashMap<>();

    /** Entries by their hash: a hostile log has thousands of authorities and thousands of entries. */
    AuthorityReading(List<KeyEntry> db) {
        for (KeyEntry entry : db) {
            Bytes owner = entry.owner().map(Guid::toBytes).orElse(Bytes.empty());
            this.db.putIfAbsent(Digest.of(HashAlgorithm.SHA256, owner, entry.data()), entry);
        }
    }

    Authority read(Event event, VariableData variable, boolean before) {
        Bytes data = variable.data();
        boolean fromDb = variable.vendor().equals(Guid.IMAGE_SECURITY_DATABASE)
                && variable.name().equals("db");
        Optional<KeyEntry> inDb =
                fromDb ? Optional.ofNullable(db.get(Digest.of(HashAlgorithm.SHA256, data))) : Optional.empty();
        return new Authority(
                event.index(),
                variable.name(),
                variable.vendor(),
                data,
                inDb.or(() -> entry(data)),
                inDb.isPresent(),
                before);
    }

    /** shim before 15.3 measures its vendor certificate alone, without an owner before it. */
    private static Optional<KeyEntry> entry(Bytes data) {
        if (isCertificate(data)) {
            return Optional.of(new KeyEntry(SignatureList.X509, Optional.empty(), data));
        }
        if (data.size() <= OWNER) {
            return Optional.empty();
        }
        Bytes value = data.slice(OWNER, data.size());
        boolean hash = value.size() == SHA256;
        return isCertificate(value) || hash
                ? Optional.of(
                        new KeyEntry(hash ? SignatureList.SHA256 : SignatureList.X509, Optional.of(owner(data)), value))
                : Optional.empty();
    }

    /** One DER sequence of 256 to 65,535 bytes, to the last byte, as every certificate is. */
    private static boolean isCertificate(Bytes value) {
        return value.size() > 4
                && value.at(0) == SEQUENCE
                && value.at(1) == LONG_LENGTH
                && 4 + (value.at(2) << 8 | value.at(3)) == value.size();
    }

    private static Guid owner(Bytes data) {
        try {
            return Guid.read(new ByteReader(data), "SignatureOwner");
        } catch (MalformedException impossible) {
            throw new IllegalStateException("checked: more than 16 bytes", impossible);
        }
    }
}
