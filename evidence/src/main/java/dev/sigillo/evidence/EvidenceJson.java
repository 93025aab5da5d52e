package dev.sigillo.evidence;

import dev.sigillo.attest.Evidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Evidence as JSON: {@code {"format":"sigillo-evidence-1", "attest", "signature", "pcrs":{"0":hex,…}, "eventLog",
 * "imaList"}}; bytes in Base64, PCR values (SHA-256) in hexadecimal.
 */
public final class EvidenceJson {

    static final String FORMAT = "sigillo-evidence-1";

    private record Wire(
            String format,
            String attest,
            String signature,
            Map<String, String> pcrs,
            String eventLog,
            String imaList) {}

    private EvidenceJson() {}

    public static String write(Evidence evidence) {
        Map<String, String> pcrs = new LinkedHashMap<>();
        evidence.pcrs().forEach((pcr, value) -> pcrs.put(pcr.toString(), value.hex()));
        return Json.MAPPER.writeValueAsString(new Wire(
                FORMAT,
                evidence.attest().base64(),
                evidence.signature().base64(),
                pcrs,
                evidence.eventLog().base64(),
                evidence.imaList().base64()));
    }

    public static Evidence read(String json) throws MalformedException {
        return read(JsonObject.parse("evidence", json));
    }

    static Evidence read(JsonObject root) throws MalformedException {
        root.only("format", "attest", "signature", "pcrs", "eventLog", "imaList");
        if (!root.text("format").equals(FORMAT)) {
            throw new MalformedException("format", 0, root.text("format") + ", " + FORMAT + " expected");
        }
        JsonObject pcrs = root.object("pcrs");
        Map<String, String> values = new LinkedHashMap<>();
        for (String pcr : pcrs.keys()) {
            values.put(pcr, pcrs.text(pcr));
        }
        return new Evidence(
                root.base64("attest"),
                root.base64("signature"),
                pcrs(values),
                root.base64("eventLog"),
                root.base64("imaList"));
    }

    /** PCR values as the agent sends them: decimal index to SHA-256 in hexadecimal. */
    public static SortedMap<Integer, Digest> pcrs(Map<String, String> texts) throws MalformedException {
        SortedMap<Integer, Digest> pcrs = new TreeMap<>();
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            if (!entry.getKey().matches("0|1[0-9]?|2[0-3]?|[3-9]")) {
                throw new MalformedException("pcrs", 0, "an index that is none of 0 to 23");
            }
            Bytes value = Json.hex("pcrs." + entry.getKey(), entry.getValue());
            if (value.size() != HashAlgorithm.SHA256.size()) {
                throw new MalformedException("pcrs." + entry.getKey(), 0, value.size() + " bytes, 32 expected");
            }
            pcrs.put(Integer.valueOf(entry.getKey()), new Digest(HashAlgorithm.SHA256, value));
        }
        return pcrs;
    }
}
