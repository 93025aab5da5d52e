package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.util.List;

/**
 * Everything that firmware (UEFI 32.5.3.3) and shim (README, MokVars.txt, SBAT.md) consult before they run an image. What
 * is not known is an empty list. {@link TrustFiles} reads the lists from files.
 *
 * @param db allowed by the firmware, and by shim
 * @param dbx forbidden by both
 * @param mok MokList: allowed by shim
 * @param mokx MokListX: forbidden by shim
 * @param vendorDb built into shim as allowed: one certificate, or a list
 * @param vendorDbx built into shim as forbidden
 * @param shimIgnoresDb MokDBState: whoever owns the machine told shim not to look at db
 * @param sbatLevel the least generations that shim asks for; empty: shim does not look at SBAT
 */
public record TrustStore(
        List<SignatureList> db,
        List<SignatureList> dbx,
        List<SignatureList> mok,
        List<SignatureList> mokx,
        List<SignatureList> vendorDb,
        List<SignatureList> vendorDbx,
        boolean shimIgnoresDb,
        List<SbatEntry> sbatLevel) {

    private static final TrustStore EMPTY =
            new TrustStore(List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), false, List.of());

    public TrustStore {
        db = List.copyOf(db);
        dbx = List.copyOf(dbx);
        mok = List.copyOf(mok);
        mokx = List.copyOf(mokx);
        vendorDb = List.copyOf(vendorDb);
        vendorDbx = List.copyOf(vendorDbx);
        sbatLevel = List.copyOf(sbatLevel);
    }

    /** Nothing is allowed, and nothing forbidden. */
    public static TrustStore empty() {
        return EMPTY;
    }

    /** What an EDK2 varstore holds: db, dbx, MokList, MokListX and, if one was set, SbatLevel. */
    public static TrustStore of(VarStore varstore) throws MalformedException {
        Bytes level = data(varstore, Guid.SHIM_LOCK, "SbatLevel");
        return new TrustStore(
                SignatureList.parseAll(data(varstore, Guid.IMAGE_SECURITY_DATABASE, "db")),
                SignatureList.parseAll(data(varstore, Guid.IMAGE_SECURITY_DATABASE, "dbx")),
                SignatureList.parseAll(data(varstore, Guid.SHIM_LOCK, "MokList")),
                SignatureList.parseAll(data(varstore, Guid.SHIM_LOCK, "MokListX")),
                List.of(),
                List.of(),
                isSet(varstore, "MokDBState"),
                SbatEntry.parse(level));
    }

    /** shim's own states are one byte, 1 for yes (MokVars.txt). */
    static boolean isSet(Bytes state) {
        return state.size() == 1 && state.at(0) == 1;
    }

    /** Whether one of shim's states is 1 in a varstore, {@code MokSBState} for example. */
    public static boolean isSet(VarStore varstore, String state) {
        return isSet(data(varstore, Guid.SHIM_LOCK, state));
    }

    private static Bytes data(VarStore varstore, Guid vendor, String name) {
        return varstore.find(vendor, name).map(found -> found.data()).orElse(Bytes.empty());
    }

    /** Whether anything of shim's is known; without it only the firmware decides. */
    public boolean hasShim() {
        return !(mok.isEmpty() && mokx.isEmpty() && vendorDb.isEmpty() && vendorDbx.isEmpty() && sbatLevel.isEmpty());
    }

    /** With what is built into this shim; its SBAT level only where no higher one is known (shim sets the higher). */
    public TrustStore withShim(ShimFile shim) throws MalformedException {
        Bytes vendor = shim.vendorCertificate();
        List<SignatureList> trusted = vendor.isEmpty()
                ? List.of()
                : Certificates.read(vendor).isPresent()
                        ? List.of(SignatureList.certificate(Guid.SHIM_LOCK, vendor))
                        : SignatureList.parseAll(vendor);
        return new TrustStore(
                db,
                dbx,
                mok,
                mokx,
                trusted,
                SignatureList.parseAll(shim.vendorRevocations()),
                shimIgnoresDb,
                Sbat.newer(sbatLevel, SbatEntry.parse(shim.sbatLevel())));
    }

    public TrustStore withDb(List<SignatureList> lists) {
        return new TrustStore(lists, dbx, mok, mokx, vendorDb, vendorDbx, shimIgnoresDb, sbatLevel);
    }

    public TrustStore withDbx(List<SignatureList> lists) {
        return new TrustStore(db, lists, mok, mokx, vendorDb, vendorDbx, shimIgnoresDb, sbatLevel);
    }

    public TrustStore withMok(List<SignatureList> lists) {
        return new TrustStore(db, dbx, lists, mokx, vendorDb, vendorDbx, shimIgnoresDb, sbatLevel);
    }

    public TrustStore withMokx(List<SignatureList> lists) {
        return new TrustStore(db, dbx, mok, lists, vendorDb, vendorDbx, shimIgnoresDb, sbatLevel);
    }

    public TrustStore withVendorDb(List<SignatureList> lists) {
        return new TrustStore(db, dbx, mok, mokx, lists, vendorDbx, shimIgnoresDb, sbatLevel);
    }

    /** One certificate built into shim, DER. */
    public TrustStore withVendorCertificate(Bytes der) {
        return withVendorDb(List.of(SignatureList.certificate(Guid.SHIM_LOCK, der)));
    }

    public TrustStore withVendorDbx(List<SignatureList> lists) {
        return new TrustStore(db, dbx, mok, mokx, vendorDb, lists, shimIgnoresDb, sbatLevel);
    }

    /** As after {@code mokutil --ignore-db}. */
    public TrustStore withShimIgnoringDb() {
        return new TrustStore(db, dbx, mok, mokx, vendorDb, vendorDbx, true, sbatLevel);
    }

    public TrustStore withSbatLevel(List<SbatEntry> level) {
        return new TrustStore(db, dbx, mok, mokx, vendorDb, vendorDbx, shimIgnoresDb, level);
    }
}
