package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureList;
import java.nio.file.Path;
import java.time.Clock;

/** What an owner of a varstore's file may do to it. */
final class VarstoreEdits {
    private static final int AUTHENTICATED = 0x27;

    private VarstoreEdits() {}

    /** A certificate more in db, five hashes less in dbx, an option for systemd, a MOK. */
    static VarstoreFile all(VarstoreFile file, Path authority) throws Exception {
        Bytes evil = SignatureList.certificate(
                        Guid.SHIM_LOCK,
                        Bytes.of(CertificateAuthority.open(authority, "Evil", Clock.systemUTC())
                                .certificate()
                                .getEncoded()))
                .encode();
        Bytes db = file.parsed()
                .find(Guid.IMAGE_SECURITY_DATABASE, "db")
                .orElseThrow()
                .data();
        SignatureList revoked = SignatureList.parseAll(file.parsed()
                        .find(Guid.IMAGE_SECURITY_DATABASE, "dbx")
                        .orElseThrow()
                        .data())
                .getFirst();
        Bytes dbx = new SignatureList(
                        revoked.type(),
                        revoked.header(),
                        revoked.entries().subList(5, revoked.entries().size()))
                .encode();
        String database = Guid.IMAGE_SECURITY_DATABASE.toString();
        return file.with(database, "db", AUTHENTICATED, Bytes.concat(db, evil))
                .with(database, "dbx", AUTHENTICATED, dbx)
                .with("8cf2644b-4b0b-428f-9387-6d876050dc67", "SystemdOptions", 7, Bytes.utf8("systemd.setenv=A=B"))
                .with(Guid.SHIM_LOCK.toString(), "MokList", 3, evil);
    }
}
