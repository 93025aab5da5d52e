package dev.sigillo.evidence;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.HostClaims;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.TpmPublic;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Keylime's forms: the quote alone ({@code r} and, in Base64 with colons between, TPMS_ATTEST, TPMT_SIGNATURE and the PCR
 * values as tpm2-tools write them), the agent's reply around it, and the record that durable attestation keeps of both
 * the agent and the reply.
 */
final class KeylimeEvidence {

    static final String QUOTE = "Keylime quote";
    static final String REPLY = "Keylime agent reply (JSON)";
    static final String RECORD = "Keylime durable attestation record (JSON)";

    private static final Pattern FORM =
            Pattern.compile("r[A-Za-z0-9+/]+={0,2}:[A-Za-z0-9+/]+={0,2}:[A-Za-z0-9+/]+={0,2}(:[A-Za-z0-9+/=]*)?\\s*");
    private static final int MAX_QUOTE = 1 << 20;

    private KeylimeEvidence() {}

    static boolean recognises(String text) {
        return text.length() < MAX_QUOTE && FORM.matcher(text).matches();
    }

    /** The quote alone: no key, no log. */
    static MachineEvidence quoteAlone(String text) throws MalformedException {
        return MachineEvidence.of(QUOTE, List.of(quote(text)), Optional.empty(), Bytes.empty());
    }

    private static EvidenceQuote quote(String text) throws MalformedException {
        if (!recognises(text)) {
            throw new MalformedException("quote", 0, "r<Base64>:<Base64>:<Base64> expected");
        }
        List<String> parts = List.of(text.strip().substring(1).split(":", -1));
        return new EvidenceQuote(
                Json.base64("quote", parts.get(0)),
                Json.base64("quote signature", parts.get(1)),
                Tpm2ToolsPcrs.read(Json.base64("quote PCR values", parts.get(2))));
    }

    /** {@code GET /quotes/integrity}: its results, or the whole reply around them. */
    static MachineEvidence reply(JsonObject root) throws MalformedException {
        JsonObject results = root.has("results") ? root.object("results") : root;
        Bytes log = results.has("mb_measurement_list")
                ? Json.base64(
                        "mb_measurement_list",
                        results.text("mb_measurement_list").replaceAll("\\s", ""))
                : Bytes.empty();
        return MachineEvidence.of(REPLY, List.of(quote(results.text("quote"))), Optional.empty(), log)
                .withImaList(Bytes.utf8(results.textOr("ima_measurement_list", "")));
    }

    /** {@code agent} with its AK (TPM2B_PUBLIC) and nonce, {@code json_response} with the reply. */
    static MachineEvidence record(JsonObject root) throws MalformedException {
        JsonObject agent = root.object("agent");
        MachineEvidence reply = reply(root.object("json_response"));
        Optional<EvidenceKey> ak = agent.has("ak_tpm") ? Optional.of(key(agent.base64("ak_tpm"))) : Optional.empty();
        Optional<Bytes> nonce = agent.has("nonce") ? Optional.of(Bytes.utf8(agent.text("nonce"))) : Optional.empty();
        return new MachineEvidence(
                RECORD,
                reply.quotes(),
                ak,
                Optional.empty(),
                reply.eventLog(),
                Bytes.empty(),
                reply.imaList(),
                nonce,
                new HostClaims(agent.textOr("agent_id", ""), "", ""));
    }

    private static EvidenceKey key(Bytes tpm2b) throws MalformedException {
        ByteReader in = new ByteReader(tpm2b);
        Bytes area = in.sized16be("ak_tpm");
        in.requireEnd("ak_tpm");
        return EvidenceKey.of(TpmPublic.parse(area), List.of());
    }
}
