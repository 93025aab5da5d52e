package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.ClockInfo;

/**
 * What is kept of a node's last passing evidence, to hold the next against: rules 13, 14 and 26.
 *
 * @param clock the quote's clockInfo
 * @param qualifiedSigner the Name of the AK qualified by its hierarchy
 * @param firmwareVersion of the vTPM
 * @param eventLog SHA-256 of the event log
 */
public record Remembered(ClockInfo clock, Bytes qualifiedSigner, long firmwareVersion, Digest eventLog) {

    /**
     * What to keep of evidence whose verdict passed.
     *
     * @throws MalformedException if the quote does not parse, which a passing verdict excludes
     */
    public static Remembered of(Evidence evidence) throws MalformedException {
        Attest attest = Attest.parse(evidence.attest());
        return new Remembered(
                attest.clockInfo(),
                attest.qualifiedSigner(),
                attest.firmwareVersion(),
                Digest.of(HashAlgorithm.SHA256, evidence.eventLog()));
    }
}
