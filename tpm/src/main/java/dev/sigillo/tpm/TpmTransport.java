package dev.sigillo.tpm;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;

/** Carries one command to a TPM and its response back: TPM 2.0 Library, Part 3, clause 5. */
public interface TpmTransport extends AutoCloseable {

    /**
     * @param command a whole command, from its tag on
     * @return the whole response, from its tag on
     */
    Bytes transmit(Bytes command) throws IOException;

    @Override
    void close() throws IOException;
}
