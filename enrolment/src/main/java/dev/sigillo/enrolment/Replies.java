package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Finding;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.tpm.CredentialBlob;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The JSON that a node gets back. */
public final class Replies {

    private Replies() {}

    static ObjectNode session(String session, MachineRecord machine) {
        return Json.newObject()
                .put("session", session)
                .put("nodeName", machine.nodeName())
                .put("nodeAddress", machine.address());
    }

    static ObjectNode challenge(
            String session, CredentialBlob credential, Bytes nonce, List<Integer> pcrs, MachineRecord machine) {
        ObjectNode reply = session(session, machine)
                .put("credentialBlob", credential.idObject().base64())
                .put("encryptedSecret", credential.encryptedSecret().base64())
                .put("nonce", nonce.base64());
        ArrayNode asked = reply.putArray("pcrs");
        pcrs.forEach(asked::add);
        return reply;
    }

    /** The error envelope, with one row for each finding that did not hold. */
    public static ObjectNode refusal(EnrolmentRefused refused) {
        ObjectNode envelope = Json.newObject();
        ObjectNode error = envelope.putObject("error")
                .put("code", refused.code())
                .put("message", String.valueOf(refused.getMessage()));
        ArrayNode findings = error.putArray("findings");
        for (Finding finding : refused.findings()) {
            findings.add(finding.sentence());
        }
        return envelope;
    }
}
