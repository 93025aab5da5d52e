package dev.sigillo.evidence;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.TpmPublic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * go-tpm-tools' message {@code attest.Attestation}: 1 AK as TPMT_PUBLIC, 2 quotes (1 TPMS_ATTEST, 2 TPMT_SIGNATURE, 3 PCRs),
 * 3 event log, 6 AK certificate, 7 its issuers, 9 event log of a confidential machine (CCEL).
 */
final class GoTpmToolsEvidence {

    static final String FORMAT = "go-tpm-tools attest.Attestation (protocol buffers)";

    private static final int MAX_QUOTES = 8;
    private static final int MAX_CERTIFICATES = 16;
    private static final int MAX_PCRS = 24;

    private GoTpmToolsEvidence() {}

    static MachineEvidence read(Bytes message) throws MalformedException {
        Protobuf attestation = Protobuf.parse("attest.Attestation", message);
        List<Bytes> certificates = new ArrayList<>();
        attestation.optional(6).ifPresent(certificates::add);
        certificates.addAll(attestation.all(7, MAX_CERTIFICATES));
        Optional<Bytes> area = attestation.optional(1);
        Optional<TpmPublic> ak = area.isPresent() ? Optional.of(TpmPublic.parse(area.get())) : Optional.empty();
        List<EvidenceQuote> quotes = new ArrayList<>();
        for (Bytes quote : attestation.all(2, MAX_QUOTES)) {
            quotes.add(quote(Protobuf.parse("tpm.Quote", quote)));
        }
        if (quotes.isEmpty() && ak.isEmpty()) {
            throw new MalformedException("attest.Attestation", 0, "neither an AK (field 1) nor a quote (field 2)");
        }
        Optional<EvidenceKey> key = ak.isEmpty() && certificates.isEmpty()
                ? Optional.empty()
                : Optional.of(new EvidenceKey(ak, Optional.empty(), certificates));
        return MachineEvidence.of(FORMAT, quotes, key, attestation.bytes(3));
    }

    private static EvidenceQuote quote(Protobuf quote) throws MalformedException {
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        Optional<Bytes> values = quote.optional(3);
        if (values.isPresent()) {
            Protobuf pcrs = Protobuf.parse("tpm.PCRs", values.get());
            long id = pcrs.number(1);
            HashAlgorithm bank = HashAlgorithm.fromTpmId((int) Math.min(id, 0xFFFF))
                    .orElseThrow(() -> new MalformedException("tpm.PCRs.hash", 0, "unknown bank " + id));
            SortedMap<Integer, Digest> registers = new TreeMap<>();
            for (Bytes entry : pcrs.all(2, MAX_PCRS)) {
                Protobuf pair = Protobuf.parse("tpm.PCRs.pcrs", entry);
                long index = pair.number(1);
                if (index < 0 || index >= MAX_PCRS) {
                    throw new MalformedException("tpm.PCRs.pcrs", 0, "PCR " + index + ", 0 to 23 expected");
                }
                Digest value = PcrJson.value("tpm.PCRs.pcrs", bank, pair.bytes(2));
                if (registers.put((int) index, value) != null) {
                    throw new MalformedException("tpm.PCRs.pcrs", 0, "PCR " + index + " twice");
                }
            }
            banks.put(bank, registers);
        }
        return new EvidenceQuote(quote.bytes(1), quote.bytes(2), banks);
    }
}
