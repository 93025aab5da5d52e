package dev.sigillo.evidence;

import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.bytes.Digest;

/**
 * A verdict with all that went into it: what its JSON and its token speak of.
 *
 * @param hash SHA-256 of the evidence's file
 */
public record JudgedEvidence(
        PolicyVerdict verdict, MachineEvidence evidence, Digest hash, PolicyFile policy, PolicyQuestion question) {}
