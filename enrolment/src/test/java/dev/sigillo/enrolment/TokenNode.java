package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.store.MachineRecord;
import java.security.KeyPair;
import tools.jackson.databind.node.ObjectNode;

/** The agent of a machine without a vTPM. */
record TokenNode(Scene scene, MachineRecord row, String token, KeyPair key) {

    TokenNode(Scene scene, MachineRecord row, String token) {
        this(scene, row, token, KeyPairs.ecP256());
    }

    ObjectNode open() throws EnrolmentRefused {
        return scene.post(
                "token",
                row.address(),
                Json.newObject().put("machine", row.machineId()).put("token", token));
    }

    ObjectNode request(KeyPair with) {
        return Json.newObject()
                .put("kubeletKey", Bytes.of(with.getPublic().getEncoded()).base64())
                .put("clientCsr", Node.request(with, "CN=system:node:" + row.nodeName() + ",O=system:nodes"));
    }

    ObjectNode join() throws EnrolmentRefused {
        return join(key);
    }

    ObjectNode join(KeyPair with) throws EnrolmentRefused {
        String session = open().path("session").asString();
        return scene.post("evidence", row.address(), request(with).put("session", session));
    }

    ObjectNode renew() throws EnrolmentRefused {
        return scene.renew(row.address(), "system:node:" + row.nodeName(), request(KeyPairs.ecP256()));
    }
}
