package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * One judgement of one machine, kept.
 *
 * @param json verdict with all findings, in the form of module evidence
 * @param evidence {@link EvidenceStore} key of what was judged
 * @param eventLog key of the event log, where {@code evidence} does not hold it
 * @param imaList key of the IMA list, where {@code evidence} does not hold it
 */
public record VerdictRecord(
        String machineId,
        Instant at,
        boolean passing,
        String json,
        Optional<String> evidence,
        Optional<String> eventLog,
        Optional<String> imaList) {

    /** A verdict whose evidence is one piece. */
    public VerdictRecord(String machineId, Instant at, boolean passing, String json, Optional<String> evidence) {
        this(machineId, at, passing, json, evidence, Optional.empty(), Optional.empty());
    }
}
