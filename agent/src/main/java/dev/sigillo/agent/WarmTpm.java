package dev.sigillo.agent;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.Tpm;
import dev.sigillo.tpm.TpmPublic;
import dev.sigillo.tpm.TpmTransport;
import java.io.IOException;
import java.util.List;

/** Loads the TPM's classes without a TPM: one key is parsed, every command is sent and refused. */
final class WarmTpm {

    /** TPM_RC_FAILURE under TPM_ST_NO_SESSIONS. */
    private static final Bytes REFUSAL = Bytes.fromHex("80010000000a00000101");

    private WarmTpm() {}

    static void touch() throws Exception {
        Bytes restrictedRsaKey = new ByteWriter()
                .u16be(0x0001)
                .u16be(0x000B)
                .u32be(0x00050072)
                .u16be(0)
                .u16be(0x0010)
                .u16be(0x0014)
                .u16be(0x000B)
                .u16be(2048)
                .u32be(0)
                .sized16be(Bytes.concat(Bytes.of((byte) 0x80), Bytes.zeros(254), Bytes.of((byte) 1)))
                .toBytes();
        Console.say("warm: " + TpmPublic.parse(restrictedRsaKey).name().size());
        try (Tpm tpm = new Tpm(new Nobody())) {
            refused(() -> {
                DriveMeasurement.measure(tpm, Bytes.empty());
                return "";
            });
            refused(() -> tpm.pcrRead(HashAlgorithm.SHA256, List.of(DriveMeasurement.PCR)));
            refused(() -> Vtpm.open(tpm));
            refused(tpm::createAk);
            refused(() -> tpm.findKey(Tpm.EK_HANDLE));
            refused(() -> tpm.activateCredential(1, 2, new CredentialBlob(Bytes.empty(), Bytes.empty())));
            refused(() ->
                    tpm.quoteWithValues(1, Bytes.zeros(32), PcrSelection.of(HashAlgorithm.SHA256, List.of(0, 7))));
        }
    }

    private interface Attempt {
        Object run() throws IOException;
    }

    private static void refused(Attempt attempt) {
        try {
            Console.say("warm: " + attempt.run());
        } catch (IOException expected) {
            Console.say("warm: " + expected.getMessage());
        }
    }

    /** Answers each command alike. */
    private static final class Nobody implements TpmTransport {
        @Override
        public Bytes transmit(Bytes command) {
            return REFUSAL;
        }

        @Override
        public void close() {
            // holds nothing
        }
    }
}
