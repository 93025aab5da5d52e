package dev.sigillo.evidence;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.TpmPublic;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** JSON evidence of other attestation tools. Their keys that say nothing to a verifier are left alone. */
final class ForeignJson {

    static final String GO_ATTESTATION = "go-attestation attestation record (JSON)";
    static final String TRUSTEE = "Trustee TPM evidence (JSON)";

    /** How Go's crypto package numbers hashes. */
    private static final Map<Integer, HashAlgorithm> GO_HASHES =
            Map.of(3, HashAlgorithm.SHA1, 5, HashAlgorithm.SHA256, 6, HashAlgorithm.SHA384, 7, HashAlgorithm.SHA512);

    private static final int MAX_PCRS = 24;

    private ForeignJson() {}

    /** go-attestation: {@code Static}, {@code AK}, {@code Quote}, {@code Log}; byte fields in Base64. */
    static MachineEvidence goAttestation(JsonObject root) throws MalformedException {
        JsonObject quote = root.object("Quote");
        JsonObject log = root.object("Log");
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        for (JsonObject pcr : log.objects("PCRs", 5 * MAX_PCRS)) {
            HashAlgorithm bank = GO_HASHES.get(pcr.integer("DigestAlg"));
            int index = pcr.integer("Index");
            if (bank == null || index < 0 || index >= MAX_PCRS) {
                throw new MalformedException(
                        "Log.PCRs", 0, "PCR " + index + " of DigestAlg " + pcr.integer("DigestAlg"));
            }
            Digest value = PcrJson.value("Log.PCRs." + index, bank, pcr.base64("Digest"));
            if (banks.computeIfAbsent(bank, _ -> new TreeMap<>()).put(index, value) != null) {
                throw new MalformedException("Log.PCRs", 0, "PCR " + index + " of " + bank + " twice");
            }
        }
        MachineEvidence evidence = MachineEvidence.of(
                GO_ATTESTATION,
                List.of(new EvidenceQuote(quote.base64("Quote"), quote.base64("Signature"), banks)),
                Optional.of(EvidenceKey.of(TpmPublic.parse(root.object("AK").base64("Public")), List.of())),
                log.base64OrEmpty("Raw"));
        Bytes nonce = quote.base64OrEmpty("Nonce");
        return nonce.isEmpty() ? evidence : evidence.withNonce(nonce);
    }

    /** Trustee: {@code ak_public} (SubjectPublicKeyInfo) and {@code tpm_quote} of one SHA-256 bank, PCR 0 first. */
    static MachineEvidence trustee(JsonObject root) throws MalformedException {
        JsonObject quote = root.object("tpm_quote");
        SortedMap<Integer, Digest> pcrs = new TreeMap<>();
        for (String value : quote.texts("pcrs", MAX_PCRS)) {
            String field = "tpm_quote.pcrs[" + pcrs.size() + "]";
            pcrs.put(pcrs.size(), PcrJson.value(field, HashAlgorithm.SHA256, Json.hex(field, value)));
        }
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>(Map.of(HashAlgorithm.SHA256, pcrs));
        return MachineEvidence.of(
                TRUSTEE,
                List.of(new EvidenceQuote(quote.base64("message"), quote.base64("signature"), banks)),
                Optional.of(EvidenceKey.ofSpki(root.base64("ak_public"), List.of())),
                root.base64OrEmpty("eventlog"));
    }
}
