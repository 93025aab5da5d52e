package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.CertificateName;
import dev.sigillo.attest.Decision;
import dev.sigillo.attest.ImageSigner;
import dev.sigillo.attest.Judgement;
import dev.sigillo.attest.RevokedImage;
import dev.sigillo.attest.TrustEntry;
import dev.sigillo.pe.Signature;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Who may run, as JSON and as a table. */
final class DecisionText {

    private DecisionText() {}

    static ObjectNode json(Decision decision) {
        ObjectNode json = Json.newObject();
        put(json, decision.verdict());
        ObjectNode digests = json.putObject("digests");
        decision.digests().forEach(digest -> digests.put(digest.algorithm().text(), digest.hex()));
        ArrayNode signers = json.putArray("signers");
        decision.signers().forEach(signer -> put(signers.addObject(), signer));
        put(json.putObject("firmware"), decision.firmware());
        put(json.putObject("shim"), decision.shim());
        ArrayNode known = json.putArray("knownRevocations");
        decision.known().forEach(image -> put(known.addObject(), image));
        return json;
    }

    private static void put(ObjectNode json, Judgement judgement) {
        json.put("decision", word(judgement)).put("reason", Fields.safe(judgement.reason()));
        Optional<TrustEntry> by = judgement.by();
        if (by.isEmpty()) {
            json.putNull("by");
            return;
        }
        ObjectNode entry = json.putObject("by")
                .put("store", by.get().database().shown())
                .put("index", by.get().index())
                .put("type", by.get().type())
                .put("entry", Fields.safe(by.get().entry()));
        if (!by.get().subject().isEmpty()) {
            entry.put("subject", Fields.safe(by.get().subject()));
        }
        by.get().owner().ifPresent(owner -> entry.put("owner", owner.toString()));
        by.get().signature().ifPresent(index -> entry.put("signature", index));
    }

    private static void put(ObjectNode json, ImageSigner signer) {
        json.put("index", signer.index());
        signer.signature().ifPresent(signature -> put(json, signature));
        json.put("usable", signer.flaw().isEmpty());
        signer.flaw().ifPresent(flaw -> json.put("flaw", Fields.safe(flaw)));
    }

    private static void put(ObjectNode json, Signature signature) {
        json.put("subject", CertificateName.of(signature.signer().getSubjectX500Principal()))
                .put("issuer", CertificateName.of(signature.signer().getIssuerX500Principal()))
                .put("digestAlgorithm", signature.digest().algorithm().text())
                .put("digest", signature.digest().hex());
        signature.timestamp().ifPresent(time -> json.put("timestamp", time.toString()));
    }

    private static void put(ObjectNode json, RevokedImage image) {
        json.put("sha256", image.sha256())
                .put("date", image.date())
                .put("file", image.file())
                .put("company", image.company())
                .put("authority", image.authority())
                .put("description", image.description())
                .put("inUpdate", image.inUpdate());
    }

    private static String word(Judgement judgement) {
        return judgement.allowed() ? "allowed" : "refused";
    }

    static Table table(Decision decision, Console console) {
        Table table = new Table("WHO", "DECISION", "REASON");
        Subjects subjects = Subjects.of(Stream.concat(
                Stream.of(
                                decision.by(),
                                decision.firmware().by(),
                                decision.shim().by())
                        .flatMap(by -> by.stream().map(TrustEntry::subject)),
                decision.signers().stream()
                        .flatMap(signer -> signer.signature().stream())
                        .flatMap(signature -> Stream.of(
                                CertificateName.of(signature.signer().getSubjectX500Principal()),
                                CertificateName.of(signature.signer().getIssuerX500Principal())))));
        row(table, "verdict", decision.verdict(), subjects, console);
        row(table, "firmware", decision.firmware(), subjects, console);
        row(table, "shim", decision.shim(), subjects, console);
        decision.known().forEach(image -> table.row("known revocation", "", Fields.safe(image.shown())));
        return table;
    }

    private static void row(Table table, String who, Judgement judgement, Subjects subjects, Console console) {
        table.row(
                who,
                judgement.allowed() ? console.green("allowed") : console.red("refused"),
                Fields.safe(subjects.shortened(judgement.reason())));
    }
}
