package dev.sigillo.cli;

import dev.sigillo.tpm.Attest;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What a quote says, as JSON; only as good as the findings on it. */
final class QuoteFacts {

    private QuoteFacts() {}

    static void put(ObjectNode json, Attest attest) {
        json.put("qualifiedSigner", attest.qualifiedSigner().hex())
                .put("extraData", attest.extraData().hex())
                .put("clock", Long.toUnsignedString(attest.clockInfo().clock()))
                .put("resetCount", attest.clockInfo().resetCount())
                .put("restartCount", attest.clockInfo().restartCount())
                .put("safe", attest.clockInfo().safe())
                .put("firmwareVersion", "0x%016x".formatted(attest.firmwareVersion()));
        attest.quote().ifPresent(quote -> {
            ArrayNode selection = json.putArray("selection");
            quote.pcrSelect().forEach(one -> {
                ObjectNode bank = selection.addObject().put("bank", one.hash().text());
                ArrayNode pcrs = bank.putArray("pcrs");
                one.pcrs().forEach(pcrs::add);
            });
            json.put("pcrDigest", quote.pcrDigest().hex());
        });
    }
}
