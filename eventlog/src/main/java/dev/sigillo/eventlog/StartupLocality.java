package dev.sigillo.eventlog;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;

/** From which locality TPM2_Startup came: Platform Firmware Profile, 10.4.5.3, TCG_EfiStartupLocalityEvent (16 bytes + u8). */
final class StartupLocality {

    static final Bytes SIGNATURE = Bytes.utf8("StartupLocality\0");

    private StartupLocality() {}

    static int read(Bytes payload) throws MalformedException {
        ByteReader in = new ByteReader(payload);
        in.bytes("StartupLocality.Signature", SIGNATURE.size());
        int locality = in.u8("StartupLocality.StartupLocality");
        in.requireEnd("TCG_EfiStartupLocalityEvent");
        if (locality != 0 && locality != 3 && locality != 4) {
            throw in.malformed("StartupLocality.StartupLocality", locality + ", 0, 3 or 4 expected");
        }
        return locality;
    }
}
