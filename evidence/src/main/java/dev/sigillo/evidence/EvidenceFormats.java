package dev.sigillo.evidence;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Any evidence that Sigillo can read, told by what is in it, never by a file's name: {@code sigillo-evidence-1} and
 * {@code -2}, go-tpm-tools, go-attestation, Trustee, azure-cvm-tooling, Keylime's three forms, and a TCG event log alone.
 */
public final class EvidenceFormats {

    /** Bytes in a file: an IMA list of 16 MiB in Base64, and the rest. */
    public static final int MAX_SIZE = 24 << 20;

    /** A log without a quote proves nothing, but shows what the machine claims to have booted. */
    public static final String EVENT_LOG = "TCG event log";

    private static final int SHOWN = 16;
    private static final int PROTOBUF_FIRST_FIELD = 0x0A;

    private EvidenceFormats() {}

    /** @throws MalformedException saying what was seen, if the bytes are none of these or are wrong in themselves */
    public static MachineEvidence read(Bytes file) throws MalformedException {
        if (file.isEmpty()) {
            throw new MalformedException("evidence", 0, "an empty file");
        }
        int first = file.at(firstVisible(file));
        if (first == '{') {
            return json(JsonObject.parse("evidence", file));
        }
        if (first == 'r' && KeylimeEvidence.recognises(file.utf8())) {
            return KeylimeEvidence.quoteAlone(file.utf8());
        }
        if (CvmToolingEvidence.recognises(file)) {
            return CvmToolingEvidence.read(file);
        }
        if (file.at(0) == PROTOBUF_FIRST_FIELD) {
            return GoTpmToolsEvidence.read(file);
        }
        if (file.size() <= EventLog.MAX_SIZE && looksLikeLog(file)) {
            EventLog.parse(file);
            return MachineEvidence.of(EVENT_LOG, List.of(), Optional.empty(), file);
        }
        throw new MalformedException(
                "evidence",
                0,
                "bytes " + file.slice(0, Math.min(SHOWN, file.size())).hex() + (file.size() > SHOWN ? "…" : "")
                        + ", of no known form; JSON, a go-tpm-tools attestation, a Keylime quote, an azure-cvm-tooling"
                        + " quote or a TCG event log expected");
    }

    private static int firstVisible(Bytes file) {
        int at = 0;
        while (at < file.size() - 1 && (file.at(at) == ' ' || (file.at(at) >= '\t' && file.at(at) <= '\r'))) {
            at++;
        }
        return at;
    }

    /** A log begins with a PCR index of 0 to 23, little-endian, and an event type that has a name. */
    private static boolean looksLikeLog(Bytes file) {
        return file.size() >= 32 && file.at(0) < 24 && file.slice(1, 4).allAre(0);
    }

    private static MachineEvidence json(JsonObject root) throws MalformedException {
        if (root.has("format")) {
            String format = root.text("format");
            if (format.equals(MachineEvidenceJson.FORMAT)) {
                return MachineEvidenceJson.read(root);
            }
            if (format.equals(EvidenceJson.FORMAT)) {
                return ofNode(EvidenceJson.read(root));
            }
            throw new MalformedException(
                    "format",
                    0,
                    JsonObject.shown(format) + ", " + EvidenceJson.FORMAT + " or " + MachineEvidenceJson.FORMAT
                            + " expected");
        }
        if (root.has("AK") && root.has("Quote") && root.has("Log")) {
            return ForeignJson.goAttestation(root);
        }
        if (root.has("ak_public") && root.has("tpm_quote")) {
            return ForeignJson.trustee(root);
        }
        if (root.has("agent") && root.has("json_response")) {
            return KeylimeEvidence.record(root);
        }
        if (root.has("quote") || root.has("results")) {
            return KeylimeEvidence.reply(root);
        }
        throw new MalformedException(
                "evidence",
                0,
                "JSON with the keys " + root.shownKeys() + ", which no known form has; a key format of "
                        + MachineEvidenceJson.FORMAT + " expected");
    }

    /** What a node of Sigillo sends, in the form that any machine's evidence has. */
    public static MachineEvidence ofNode(Evidence evidence) {
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks =
                new TreeMap<>(Map.of(HashAlgorithm.SHA256, evidence.pcrs()));
        return MachineEvidence.of(
                        EvidenceJson.FORMAT,
                        List.of(new EvidenceQuote(evidence.attest(), evidence.signature(), banks)),
                        Optional.empty(),
                        evidence.eventLog())
                .withImaList(evidence.imaList());
    }
}
