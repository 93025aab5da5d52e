package dev.sigillo.store;

import java.time.Instant;
import java.util.Optional;

/**
 * The TPM keys a machine has proved, and what its last quote said of its clock.
 *
 * @param ekPublic TPMT_PUBLIC of the endorsement key, Base64
 * @param akPublic TPMT_PUBLIC of the attestation key, Base64
 * @param akName TPM name of the attestation key, hex
 * @param qualifiedSigner of the last passing quote, hex
 * @param lastClock of the last passing quote, in the enrolment's own text form
 * @param kubeletKey SHA-256 of the key that its present certificate is for, lower-case hex; empty before it was kept
 */
public record EnrolledKeyRecord(
        String machineId,
        String ekPublic,
        String akPublic,
        String akName,
        Optional<String> qualifiedSigner,
        Optional<String> lastClock,
        Optional<String> kubeletKey,
        Instant enrolledAt) {}
