package dev.sigillo.reference;

import dev.sigillo.attest.ShimFile;
import dev.sigillo.attest.TrustStore;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import dev.sigillo.uefi.VarStore;
import java.util.List;

/**
 * The variables that shim makes of what is built into it and what the varstore keeps: its mok.c and sbat.c.
 *
 * @param mokList MokListRT, which shim verifies by and measures: the vendor's own entries first, then what users enrolled
 * @param mokListX MokListXRT: the vendor's revocations, then the users'
 * @param sbatLevel SbatLevelRT
 */
record ShimLists(Bytes mokList, Bytes mokListX, Bytes sbatLevel) {

    /** What shim sets when Secure Boot is off: it resets the level so that older loaders can boot. */
    private static final Bytes ORIGINAL = Bytes.utf8("sbat,1,2021030218\n");

    static ShimLists of(ShimFile shim, VarStore varstore) throws MalformedException {
        Bytes vendor = SignatureList.encodeAll(TrustStore.empty().withShim(shim).vendorDb());
        return new ShimLists(
                list(vendor, varstore, "MokList"),
                list(shim.vendorRevocations(), varstore, "MokListX"),
                varstore.secureBoot() ? level(shim.sbatLevel(), varstore) : ORIGINAL);
    }

    /** mirror_one_mok_variable: a key database is never empty, one entry of zeros stands for nothing. */
    private static Bytes list(Bytes vendor, VarStore varstore, String name) {
        Bytes all = Bytes.concat(vendor, stored(varstore, name));
        return all.isEmpty()
                ? SignatureList.hashes(Guid.SHIM_LOCK, List.of(Bytes.zeros(32))).encode()
                : all;
    }

    /** set_sbat_uefi_variable: a level in the varstore stays if its date is not before that of shim's own. */
    private static Bytes level(Bytes own, VarStore varstore) {
        Bytes kept = stored(varstore, "SbatLevel");
        return date(kept).compareTo(date(own)) >= 0 ? kept : own;
    }

    private static Bytes stored(VarStore varstore, String name) {
        return varstore.find(Guid.SHIM_LOCK, name).map(found -> found.data()).orElse(Bytes.empty());
    }

    /** The third field of the first line; empty, and so before every other, where there is none. */
    private static String date(Bytes level) {
        try {
            List<SbatEntry> entries = SbatEntry.parse(level);
            return entries.isEmpty() || entries.getFirst().fields().isEmpty()
                    ? ""
                    : entries.getFirst().fields().getFirst();
        } catch (MalformedException malformed) {
            return "";
        }
    }
}
