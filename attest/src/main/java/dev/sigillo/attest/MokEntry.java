package dev.sigillo.attest;

import dev.sigillo.bytes.Digest;
import java.util.Optional;

/**
 * One event of PCR 14: shim measures its variables there, and the log has only their digests.
 *
 * @param event its index in the log
 * @param name the variable, a claim: {@code MokList}, {@code MokListX}, {@code MokListTrusted}, {@code MokSBState}
 * @param digest of the variable's content, in the bank of the facts
 * @param content what has this digest, in words, where it can be computed: "only shim's vendor certificate", "empty"
 * @param empty whether the digest says that nobody enrolled anything; absent if the content is not known
 */
public record MokEntry(int event, String name, Digest digest, Optional<String> content, Optional<Boolean> empty) {}
