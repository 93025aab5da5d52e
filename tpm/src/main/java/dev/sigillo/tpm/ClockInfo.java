package dev.sigillo.tpm;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.MalformedException;

/**
 * The TPM's counters when it signed: TPM 2.0 Library, Part 2, 10.11.1 TPMS_CLOCK_INFO (17 bytes: u64, u32, u32, u8).
 *
 * @param clock milliseconds powered since the last TPM2_Clear; never wall time; unsigned
 * @param resetCount TPM Resets since the last TPM2_Clear: one more for each boot of the machine
 * @param restartCount TPM Restarts and Resumes since the last TPM Reset
 * @param safe false if an unclean shutdown may have let the TPM report a higher clock before
 */
public record ClockInfo(long clock, long resetCount, long restartCount, boolean safe) {

    /** @throws MalformedException if the bytes run out, or {@code safe} is neither 0 nor 1 */
    static ClockInfo read(ByteReader in) throws MalformedException {
        long clock = in.u64be("clockInfo.clock");
        long resetCount = in.u32be("clockInfo.resetCount");
        long restartCount = in.u32be("clockInfo.restartCount");
        int safe = in.u8("clockInfo.safe");
        if (safe > 1) {
            throw in.malformed("clockInfo.safe", safe + ", 0 or 1 expected");
        }
        return new ClockInfo(clock, resetCount, restartCount, safe == 1);
    }
}
