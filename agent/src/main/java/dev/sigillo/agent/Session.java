package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.CredentialBlob;
import java.util.ArrayList;
import java.util.List;

/**
 * The server's answer to the first step of enrolment.
 *
 * @param id opaque; given back with the second step
 */
record Session(String id, String nodeName, String nodeAddress) {

    private static final int MIN_NONCE = 16;

    static Session parse(Json.Obj json) throws MalformedException {
        return new Session(
                Shapes.matching("session", Shapes.SESSION, json.text("session")),
                Shapes.matching("nodeName", Shapes.NODE_NAME, json.text("nodeName")),
                Shapes.ipv4("nodeAddress", json.text("nodeAddress")));
    }

    /**
     * What a machine with a vTPM has to answer.
     *
     * @param credential to be activated
     * @param nonce part of the quote's extraData
     * @param pcrs registers to be quoted, SHA-256
     */
    record Challenge(CredentialBlob credential, Bytes nonce, List<Integer> pcrs) {

        static Challenge parse(Json.Obj json) throws MalformedException {
            return new Challenge(
                    new CredentialBlob(base64(json, "credentialBlob"), base64(json, "encryptedSecret")),
                    Session.nonce(json),
                    Session.pcrs(json));
        }
    }

    /** Registers to be quoted. */
    static List<Integer> pcrs(Json.Obj json) throws MalformedException {
        List<Integer> pcrs = new ArrayList<>();
        for (Json each : json.array("pcrs")) {
            String literal = each instanceof Json.Num(String number) ? number : "";
            if (literal.isEmpty() || literal.length() > 2 || Integer.parseInt(literal) > 23) {
                throw new MalformedException("pcrs", 0, "must be numbers from 0 to 23, was " + each);
            }
            pcrs.add(Integer.parseInt(literal));
        }
        return List.copyOf(pcrs);
    }

    static Bytes nonce(Json.Obj json) throws MalformedException {
        Bytes nonce = base64(json, "nonce");
        if (nonce.size() < MIN_NONCE) { // an empty nonce would let the server's proof be replayed against it
            throw new MalformedException("nonce", 0, nonce.size() + " bytes, at least " + MIN_NONCE + " expected");
        }
        return nonce;
    }

    private static Bytes base64(Json.Obj json, String name) throws MalformedException {
        try {
            return Bytes.fromBase64(json.text(name));
        } catch (IllegalArgumentException e) {
            throw new MalformedException(name, 0, "must be Base64: " + e.getMessage());
        }
    }
}
