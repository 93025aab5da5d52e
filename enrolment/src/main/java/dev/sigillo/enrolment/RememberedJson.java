package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Remembered;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.ClockInfo;
import tools.jackson.databind.node.ObjectNode;

/** What is remembered of a machine's last passing quote, as JSON for the store. */
final class RememberedJson {

    private RememberedJson() {}

    static String write(Remembered remembered) {
        ClockInfo clock = remembered.clock();
        return Json.text(Json.newObject()
                .put("clock", clock.clock())
                .put("resetCount", clock.resetCount())
                .put("restartCount", clock.restartCount())
                .put("qualifiedSigner", remembered.qualifiedSigner().hex())
                .put("firmwareVersion", remembered.firmwareVersion())
                .put("eventLog", remembered.eventLog().hex()));
    }

    static Remembered read(String text) {
        ObjectNode json = Json.object(text);
        return new Remembered(
                new ClockInfo(
                        json.required("clock").asLong(),
                        json.required("resetCount").asLong(),
                        json.required("restartCount").asLong(),
                        true),
                Bytes.fromHex(json.required("qualifiedSigner").asString()),
                json.required("firmwareVersion").asLong(),
                Digest.fromHex(HashAlgorithm.SHA256, json.required("eventLog").asString()));
    }
}
