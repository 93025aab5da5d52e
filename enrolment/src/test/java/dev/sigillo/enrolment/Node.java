package dev.sigillo.enrolment;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.MeasuredMachine;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.KeyPairs;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuotedPcrs;
import dev.sigillo.tpm.TpmKey;
import java.io.IOException;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;
import tools.jackson.databind.node.ObjectNode;

/** The agent of a machine with a vTPM, step by step, so that a test can change any field on its way. */
final class Node implements AutoCloseable {
    private static final List<Integer> PCRS = IntStream.range(0, 16).boxed().toList();

    final Scene scene;
    final MachineRecord row;
    final MeasuredMachine machine;
    final TpmKey ek;
    final TpmKey ak;
    final KeyPair kubeletKey = KeyPairs.ecP256();
    private final X509Certificate ekCertificate;

    Node(Scene scene, MachineRecord row, MeasuredMachine machine, Function<PublicKey, X509Certificate> certifier)
            throws IOException {
        this.scene = scene;
        this.row = row;
        this.machine = machine;
        this.ek = machine.tpm().createEk();
        this.ak = machine.tpm().createAk();
        this.ekCertificate = certifier.apply(ek.publicArea().publicKey());
    }

    X509Certificate ekCertificate() {
        return ekCertificate;
    }

    ObjectNode hello() {
        try {
            return Json.newObject()
                    .put("machine", row.machineId())
                    .put("ekCertificate", Bytes.of(ekCertificate.getEncoded()).base64())
                    .put("ekPublic", ek.publicArea().encoded().base64())
                    .put("akPublic", ak.publicArea().encoded().base64());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    ObjectNode challenge() throws EnrolmentRefused {
        return scene.post("challenge", row.address(), hello());
    }

    /** All that the challenge asks for. */
    ObjectNode answer(ObjectNode challenge) throws IOException {
        return answer(challenge, kubeletKey, kubeletKey);
    }

    /**
     * @param quoted the key that the quote is bound to
     * @param requested the key that the certificate is asked for
     */
    ObjectNode answer(ObjectNode challenge, KeyPair quoted, KeyPair requested) throws IOException {
        Bytes secret = machine.tpm()
                .activateCredential(
                        ak.handle(),
                        ek.handle(),
                        new CredentialBlob(bytes(challenge, "credentialBlob"), bytes(challenge, "encryptedSecret")));
        return quoted(challenge, bytes(challenge, "nonce"), quoted)
                .put("secret", secret.base64())
                .put("clientCsr", request(requested, "CN=system:node:" + row.nodeName() + ",O=system:nodes"));
    }

    /** Quote, logs and key for this nonce. */
    ObjectNode quoted(ObjectNode challenge, Bytes nonce, KeyPair key) throws IOException {
        Bytes spki = Bytes.of(key.getPublic().getEncoded());
        QuotedPcrs quote = machine.tpm()
                .quoteWithValues(
                        ak.handle(),
                        Digest.of(HashAlgorithm.SHA256, nonce, spki).value(),
                        PcrSelection.of(HashAlgorithm.SHA256, PCRS));
        ObjectNode body = Json.newObject()
                .put("session", challenge.path("session").asString())
                .put("kubeletKey", spki.base64())
                .put("quote", quote.quoted().attest().base64())
                .put("signature", quote.quoted().signature().base64())
                .put("eventLog", machine.eventLog().base64())
                .put("imaList", machine.imaList().base64());
        ObjectNode pcrs = body.putObject("pcrs");
        quote.pcrs().forEach((pcr, value) -> pcrs.put(Integer.toString(pcr), value.hex()));
        return body;
    }

    /** As an agent does that attests itself between two certificates. */
    ObjectNode begins() throws EnrolmentRefused, IOException {
        return send(answer(challenge()).put("attests", true));
    }

    /** What the last reply asks for next, logs by their digests. */
    ObjectNode again(ObjectNode reply) throws IOException {
        ObjectNode asked = (ObjectNode) reply.path("attestation");
        ObjectNode body = quoted(asked, bytes(asked, "nonce"), kubeletKey);
        body.remove("session");
        body.remove("eventLog");
        return body.put("machine", row.machineId())
                .put("nonce", asked.path("nonce").asString())
                .put("eventLogSha256", digest(machine.eventLog()))
                .put("imaListSha256", digest(machine.imaList()))
                .put("imaList", "");
    }

    static String digest(Bytes bytes) {
        return Digest.of(HashAlgorithm.SHA256, bytes).hex();
    }

    /** The same with a request for the next certificate. */
    ObjectNode renewing(ObjectNode reply) throws IOException {
        return again(reply)
                .put("clientCsr", request(kubeletKey, "CN=system:node:" + row.nodeName() + ",O=system:nodes"));
    }

    ObjectNode attest(ObjectNode body) throws EnrolmentRefused {
        return scene.post("attest", row.address(), body);
    }

    static String request(KeyPair key, String subject) {
        return Bytes.of(CertificateRequest.create(key, subject, List.of())).base64();
    }

    static Bytes bytes(ObjectNode json, String field) {
        return Bytes.fromBase64(json.path(field).asString());
    }

    ObjectNode send(ObjectNode evidence) throws EnrolmentRefused {
        return scene.post("evidence", row.address(), evidence);
    }

    ObjectNode enrol() throws EnrolmentRefused, IOException {
        return send(answer(challenge()));
    }

    @Override
    public void close() throws IOException {
        machine.close();
    }
}
