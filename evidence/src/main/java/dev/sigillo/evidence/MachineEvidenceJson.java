package dev.sigillo.evidence;

import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.EvidenceQuote;
import dev.sigillo.attest.HostClaims;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.TpmPublic;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Evidence of any machine as JSON, {@code sigillo-evidence-2}; docs/evidence.md lists every key. Bytes in Base64, PCR
 * values and nonce in hexadecimal. Only {@code format} and {@code quotes} must be there; a key that the format does not
 * have is refused, as is one that is null, doubled or of another form.
 */
public final class MachineEvidenceJson {

    /** The value of the key {@code format}. */
    public static final String FORMAT = "sigillo-evidence-2";

    private static final int MAX_QUOTES = 8;
    private static final int MAX_CERTIFICATES = 16;
    private static final int MAX_CLAIM = 1024;

    private MachineEvidenceJson() {}

    /** Keys without a value are left out. */
    public static String write(MachineEvidence evidence) {
        ObjectNode root = Json.MAPPER.createObjectNode().put("format", FORMAT);
        HostClaims host = evidence.host();
        if (!host.equals(HostClaims.NONE)) {
            ObjectNode node = root.putObject("host");
            putText(node, "hostname", host.hostname());
            putText(node, "time", host.time());
            putText(node, "tool", host.tool());
        }
        evidence.nonce().ifPresent(nonce -> root.put("nonce", nonce.hex()));
        evidence.ak().ifPresent(key -> put(root.putObject("ak"), key));
        evidence.ek().ifPresent(key -> put(root.putObject("ek"), key));
        ArrayNode quotes = root.putArray("quotes");
        evidence.quotes().forEach(quote -> put(quotes.addObject(), quote));
        putBytes(root, "eventLog", evidence.eventLog());
        putBytes(root, "ccel", evidence.ccel());
        putBytes(root, "imaList", evidence.imaList());
        return Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(root) + "\n";
    }

    private static void put(ObjectNode node, EvidenceKey key) {
        key.tpmPublic().ifPresent(tpmt -> node.put("public", tpmt.encoded().base64()));
        key.spki().ifPresent(spki -> node.put("spki", spki.base64()));
        if (!key.certificates().isEmpty()) {
            ArrayNode certificates = node.putArray("certificates");
            key.certificates().forEach(certificate -> certificates.add(certificate.base64()));
        }
    }

    private static void put(ObjectNode node, EvidenceQuote quote) {
        node.put("attest", quote.attest().base64());
        node.put("signature", quote.signature().base64());
        ObjectNode banks = node.putObject("pcrs");
        quote.pcrs().forEach((bank, values) -> {
            ObjectNode pcrs = banks.putObject(bank.text());
            values.forEach((pcr, value) -> pcrs.put(pcr.toString(), value.hex()));
        });
    }

    private static void putBytes(ObjectNode node, String key, Bytes value) {
        if (!value.isEmpty()) {
            node.put(key, value.base64());
        }
    }

    private static void putText(ObjectNode node, String key, String value) {
        if (!value.isEmpty()) {
            node.put(key, value);
        }
    }

    /** @throws MalformedException naming the key, if one is unknown, missing, doubled or of the wrong form */
    public static MachineEvidence read(String json) throws MalformedException {
        return read(JsonObject.parse("evidence", json));
    }

    static MachineEvidence read(JsonObject root) throws MalformedException {
        root.only("format", "host", "nonce", "ak", "ek", "quotes", "eventLog", "ccel", "imaList");
        if (!root.text("format").equals(FORMAT)) {
            throw new MalformedException("format", 0, root.text("format") + ", " + FORMAT + " expected");
        }
        List<EvidenceQuote> quotes = new ArrayList<>();
        for (JsonObject quote : root.objects("quotes", MAX_QUOTES)) {
            quote.only("attest", "signature", "pcrs");
            quotes.add(new EvidenceQuote(
                    quote.base64("attest"), quote.base64("signature"), PcrJson.banks(quote.object("pcrs"))));
        }
        return new MachineEvidence(
                FORMAT,
                quotes,
                key(root, "ak"),
                key(root, "ek"),
                root.base64OrEmpty("eventLog"),
                root.base64OrEmpty("ccel"),
                root.base64OrEmpty("imaList"),
                root.optionalHex("nonce"),
                host(root.optional("host")));
    }

    private static Optional<EvidenceKey> key(JsonObject root, String name) throws MalformedException {
        if (!root.has(name)) {
            return Optional.empty();
        }
        JsonObject key = root.object(name);
        key.only("public", "spki", "certificates");
        if (key.has("public") && key.has("spki")) {
            throw new MalformedException(root.path(name), 0, "both public and spki, one expected");
        }
        Optional<TpmPublic> tpmPublic =
                key.has("public") ? Optional.of(TpmPublic.parse(key.base64("public"))) : Optional.empty();
        Optional<Bytes> spki = key.has("spki") ? Optional.of(key.base64("spki")) : Optional.empty();
        List<Bytes> certificates =
                key.has("certificates") ? key.base64List("certificates", MAX_CERTIFICATES) : List.of();
        if (tpmPublic.isEmpty() && spki.isEmpty() && certificates.isEmpty()) {
            throw new MalformedException(root.path(name), 0, "nothing; public, spki or certificates expected");
        }
        return Optional.of(new EvidenceKey(tpmPublic, spki, certificates));
    }

    private static HostClaims host(Optional<JsonObject> host) throws MalformedException {
        if (host.isEmpty()) {
            return HostClaims.NONE;
        }
        host.get().only("hostname", "time", "tool");
        return new HostClaims(claim(host.get(), "hostname"), claim(host.get(), "time"), claim(host.get(), "tool"));
    }

    private static String claim(JsonObject host, String key) throws MalformedException {
        String text = host.textOr(key, "");
        if (text.length() > MAX_CLAIM) {
            throw new MalformedException(
                    host.path(key), 0, text.length() + " characters, at most " + MAX_CLAIM + " expected");
        }
        return text;
    }
}
