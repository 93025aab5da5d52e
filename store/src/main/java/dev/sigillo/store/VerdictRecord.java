package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * One judgement of one machine, kept.
 *
 * @param json verdict with all findings, in the form of module evidence
 * @param evidence {@link EvidenceStore} key of what was judged
 */
public record VerdictRecord(String machineId, Instant at, boolean passing, String json, Optional<String> evidence) {}
