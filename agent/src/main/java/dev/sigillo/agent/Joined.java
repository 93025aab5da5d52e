package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;

/**
 * A machine that is let in.
 *
 * @param privateKeyPem the kubelet's key, PKCS#8
 */
record Joined(JoinData data, String nodeAddress, String privateKeyPem) {

    /** What a restarted agent needs to renew; it stays in /run. */
    byte[] save() {
        return JsonWriter.bytes(Json.Obj.empty()
                .with("nodeAddress", nodeAddress)
                .with("key", privateKeyPem)
                .with("node", data.source()));
    }

    static Joined restore(byte[] saved) throws MalformedException {
        Json.Obj json = JsonReader.readObject(saved);
        return new Joined(
                JoinData.parse(json.object("node")),
                Shapes.ipv4("nodeAddress", json.text("nodeAddress")),
                json.text("key"));
    }

    /** Holds a private key and goes nowhere near a log. */
    @Override
    public String toString() {
        return "Joined[" + data.nodeName() + ", " + nodeAddress + "]";
    }
}
