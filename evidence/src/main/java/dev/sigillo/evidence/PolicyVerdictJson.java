package dev.sigillo.evidence;

import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.Finding;
import dev.sigillo.attest.KeyEntry;
import dev.sigillo.attest.NotAsked;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.Attest;
import java.security.PublicKey;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A policy's verdict as JSON: {@code {"passing", "policy", "policySha256", "format", "evidenceSha256", "at", "summary"?,
 * "notAsked":[…], "findings":[…], "facts":{…}}}; a finding has the form that {@link VerdictJson} gives it. Facts are what the quote bears
 * out; what cannot be known is null, with its reason under {@code facts.reasons}.
 */
public final class PolicyVerdictJson {

    private PolicyVerdictJson() {}

    public static String write(JudgedEvidence judged) {
        ObjectNode root = Json.MAPPER.createObjectNode();
        root.put("passing", judged.verdict().passing());
        root.put("policy", judged.policy().policy().name());
        root.put("policySha256", judged.policy().hash().hex());
        root.put("format", judged.evidence().format());
        root.put("evidenceSha256", judged.hash().hex());
        root.put("at", judged.question().at().toString());
        judged.verdict().verdict().worst().ifPresent(worst -> root.put("summary", worst.sentence()));
        ArrayNode notAsked = root.putArray("notAsked");
        NotAsked.of(judged.policy().policy(), judged.question()).forEach(notAsked::add);
        ArrayNode findings = root.putArray("findings");
        for (Finding finding : judged.verdict().findings()) {
            findings.add(VerdictJson.node(finding));
        }
        ObjectNode facts = root.putObject("facts");
        judged.evidence()
                .ak()
                .flatMap(key -> key.publicKey())
                .ifPresent(key -> facts.put("akSha256", spki(key).hex()));
        judged.verdict().attest().ifPresent(attest -> quote(facts, attest));
        boot(facts, judged.verdict().facts().orElseGet(() -> unknown(judged)));
        return Json.MAPPER.writeValueAsString(root);
    }

    private static BootFacts unknown(JudgedEvidence judged) {
        String reason = judged.evidence().eventLog().isEmpty()
                ? "the evidence has no event log"
                : judged.verdict().attest().isEmpty()
                        ? "no quote holds that bears out the event log"
                        : "the event log cannot be read";
        return BootFacts.unknown(judged.policy().policy().quote().bank(), reason);
    }

    static Digest spki(PublicKey key) {
        return Digest.of(HashAlgorithm.SHA256, Bytes.of(key.getEncoded()));
    }

    private static void quote(ObjectNode facts, Attest attest) {
        facts.put("extraData", attest.extraData().hex());
        facts.put("resetCount", attest.clockInfo().resetCount());
        facts.put("restartCount", attest.clockInfo().restartCount());
        facts.put("firmwareVersion", "0x" + Long.toHexString(attest.firmwareVersion()));
        ArrayNode selected = facts.putArray("quotedPcrs");
        attest.quote()
                .ifPresent(info -> info.pcrSelect().forEach(one -> {
                    ObjectNode bank =
                            selected.addObject().put("bank", one.hash().text());
                    ArrayNode pcrs = bank.putArray("pcrs");
                    one.pcrs().forEach(pcrs::add);
                }));
    }

    private static void boot(ObjectNode facts, BootFacts boot) {
        facts.put("bank", boot.bank().text());
        boot.secureBoot().ifPresentOrElse(on -> facts.put("secureBoot", on), () -> facts.putNull("secureBoot"));
        keys(facts.putArray("pk"), boot.pk());
        keys(facts.putArray("kek"), boot.kek());
        keys(facts.putArray("db"), boot.db());
        boot.reason("dbx")
                .ifPresentOrElse(
                        _ -> facts.putNull("dbxEntries"),
                        () -> facts.put("dbxEntries", boot.dbx().size()));
        ArrayNode authorities = facts.putArray("authorities");
        boot.authorities().forEach(authority -> authorities.add(authority.text()));
        ArrayNode images = facts.putArray("bootImages");
        boot.bootImages().forEach(image -> images.add(BootImageJson.of(image)));
        ArrayNode commands = facts.putArray("grubCommands");
        boot.grubCommands().forEach(commands::add);
        boot.kernelCommandLine()
                .ifPresentOrElse(
                        line -> facts.put("kernelCommandLine", line), () -> facts.putNull("kernelCommandLine"));
        boot.exitBootServices()
                .ifPresentOrElse(
                        ended -> facts.put("exitBootServices", ended), () -> facts.putNull("exitBootServices"));
        boot.sbatLevel()
                .ifPresentOrElse(
                        level -> {
                            ArrayNode sbat = facts.putArray("sbatLevel");
                            level.forEach(entry -> sbat.add(entry.component() + "," + entry.generation()));
                        },
                        () -> facts.putNull("sbatLevel"));
        ArrayNode remarks = facts.putArray("remarks");
        boot.remarks().forEach(remarks::add);
        ObjectNode reasons = facts.putObject("reasons");
        boot.reasons().forEach(reasons::put);
    }

    private static void keys(ArrayNode array, List<KeyEntry> keys) {
        keys.forEach(entry -> array.addObject()
                .put("text", entry.text())
                .put("sha256", entry.fingerprint().hex()));
    }
}
