package dev.sigillo.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.pki.AlternativeName;
import dev.sigillo.pki.CertificateAuthority;
import dev.sigillo.pki.CertificateRequest;
import dev.sigillo.pki.LeafSpec;
import dev.sigillo.pki.Pem;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.Credential;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.QuoteInfo;
import dev.sigillo.tpm.SignatureScheme;
import dev.sigillo.tpm.TpmPublic;
import dev.sigillo.tpm.TpmSignature;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLParameters;

/** The server's side of the protocol, checked by hand: TLS, activation, quote, requests, refusals. One machine. */
final class FakeEnrolment implements AutoCloseable {

    static final byte[] ARCHIVE = "an OCI archive".getBytes(StandardCharsets.UTF_8);
    static final String TOKEN = "one-use-token";
    static final List<Integer> PCRS = List.of(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);

    final CertificateAuthority authority = CertificateAuthority.create("Sigillo", Instant.now());
    final CertificateAuthority cluster = CertificateAuthority.create("cluster-ca", Instant.now());
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    final List<Json.Obj> evidence = Collections.synchronizedList(new ArrayList<>());
    final List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
    final Deque<Json.Obj> refusals = new ArrayDeque<>();

    private final SecureRandom random = new SecureRandom();
    private final HttpsServer server;
    private Bytes nonce = Bytes.empty();
    private Bytes secret = Bytes.empty();
    private Optional<String> tokenKey = Optional.empty();
    /** Asks machines with a vTPM for an attestation each minute. */
    volatile boolean periodic;

    /** Rounds of one step, as they came. */
    final List<Json.Obj> attested = Collections.synchronizedList(new ArrayList<>());

    /** Nonces that are not known any more. */
    final AtomicInteger forgotten = new AtomicInteger();

    final AtomicInteger busy = new AtomicInteger();
    final AtomicInteger outOfTurn = new AtomicInteger();
    final AtomicInteger lostReplies = new AtomicInteger();
    private Optional<TpmPublic> ak = Optional.empty();

    FakeEnrolment() throws IOException {
        this(List.of(new AlternativeName.Ip("127.0.0.1")));
    }

    /** @param names what the server's certificate stands for */
    FakeEnrolment(List<AlternativeName> names) throws IOException {
        var identity =
                authority.issueIdentity(LeafSpec.server("CN=enrolment", names, Instant.now(), Duration.ofHours(1)));
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 5);
        server.setHttpsConfigurator(new HttpsConfigurator(identity.context(List.of(cluster.certificate()))) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", this::serve);
        server.start();
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + server.getAddress().getPort());
    }

    /** What a refusal looks like. */
    static Json.Obj refusal(String message) {
        Json.Obj finding = Json.Obj.empty()
                .with("component", "kernel command line")
                .with("expected", "quiet")
                .with("was", "init=/bin/sh");
        return Json.Obj.empty()
                .with(
                        "error",
                        Json.Obj.empty()
                                .with("code", "AttestationFailed")
                                .with("message", message)
                                .with(
                                        "findings",
                                        new Json.Array(
                                                List.of(finding, new Json.Text("driver x: not of this image")))));
    }

    private void serve(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        requests.add(path);
        byte[] sent = exchange.getRequestBody().readAllBytes();
        int status = 200;
        byte[] reply;
        try {
            if (path.startsWith("/enrolment/v1/archives/")) {
                reply = ARCHIVE;
            } else {
                reply = JsonWriter.bytes(answer((HttpsExchange) exchange, path, JsonReader.readObject(sent)));
            }
        } catch (Lost lost) {
            exchange.close(); // all was done, only nobody hears of it
            return;
        } catch (Refused refused) {
            status = refused.status;
            reply = JsonWriter.bytes(refused.body);
        } catch (Exception | AssertionError e) {
            failures.add(e);
            status = 500;
            reply = new byte[0];
        }
        exchange.sendResponseHeaders(status, requests.size() % 2 == 0 ? 0 : reply.length); // chunked every other time
        exchange.getResponseBody().write(reply);
        exchange.close();
    }

    private Json.Obj answer(HttpsExchange exchange, String path, Json.Obj body) throws Exception {
        return switch (path) {
            case "/enrolment/v1/challenge" -> challenge(body);
            case "/enrolment/v1/token" -> {
                if (busy.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
                    throw new Refused(503, refusal("the control plane starts"));
                }
                if (!body.text("token").equals(TOKEN)) {
                    throw new Refused(refusal("the token is another one"));
                }
                yield session();
            }
            case "/enrolment/v1/evidence" -> evidence(body);
            case "/enrolment/v1/attest" -> attest(body);
            case "/enrolment/v1/renew" -> {
                assertThat(peer(exchange).getSubjectX500Principal().getName())
                        .isEqualTo("CN=system:node:aks-pool-0,O=system:nodes");
                yield node(body);
            }
            default -> throw new IllegalArgumentException(path);
        };
    }

    private static X509Certificate peer(HttpsExchange exchange) throws IOException {
        return (X509Certificate) exchange.getSSLSession().getPeerCertificates()[0];
    }

    private static Json.Obj session() {
        return Json.Obj.empty()
                .with("session", "s-1")
                .with("nodeName", "aks-pool-0")
                .with("nodeAddress", "10.224.1.5");
    }

    private Json.Obj challenge(Json.Obj body) throws Exception {
        assertThat(body.text("machine")).isEqualTo("m-abcdefghij");
        assertThat(Bytes.fromBase64(body.text("ekCertificate")).utf8()).isEqualTo("the EK's certificate");
        TpmPublic ek = TpmPublic.parse(Bytes.fromBase64(body.text("ekPublic")));
        TpmPublic given = TpmPublic.parse(Bytes.fromBase64(body.text("akPublic")));
        assertThat(given.isRestrictedSigning()).isTrue();
        ak = Optional.of(given);
        nonce = random(32);
        secret = random(32);
        CredentialBlob blob = Credential.make(ek, given.name(), secret, random);
        return session()
                .with("credentialBlob", blob.idObject().base64())
                .with("encryptedSecret", blob.encryptedSecret().base64())
                .with("nonce", nonce.base64())
                .with("pcrs", pcrs());
    }

    private static Json.Array pcrs() {
        List<Json> pcrs = new ArrayList<>();
        PCRS.forEach(pcr -> pcrs.add(new Json.Num(pcr.toString())));
        return new Json.Array(pcrs);
    }

    private Bytes random(int size) {
        byte[] bytes = new byte[size];
        random.nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private Json.Obj evidence(Json.Obj body) throws Exception {
        evidence.add(body);
        assertThat(body.text("session")).isEqualTo("s-1");
        if (ak.isPresent()) {
            checkQuote(body, ak.get());
        }
        if (outOfTurn.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
            throw new Refused(409, refusal("another round is open"));
        }
        if (!refusals.isEmpty()) {
            throw new Refused(refusals.remove());
        }
        if (ak.isEmpty()) {
            String key = body.text("kubeletKey");
            if (!tokenKey.orElse(key).equals(key)) {
                throw new Refused(refusal("the token was used with another key"));
            }
            tokenKey = Optional.of(key);
        }
        if (lostReplies.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
            throw new Lost();
        }
        return periodic ? next(node(body)) : node(body);
    }

    /** Tells the nonce of the next round, which comes a minute later. */
    private Json.Obj next(Json.Obj reply) {
        nonce = random(32);
        return reply.with(
                "attestation",
                Json.Obj.empty()
                        .with("nonce", nonce.base64())
                        .with("afterSeconds", 60)
                        .with("pcrs", pcrs()));
    }

    private Json.Obj attest(Json.Obj body) throws Exception {
        attested.add(body);
        assertThat(body.text("machine")).isEqualTo("m-abcdefghij");
        if (forgotten.getAndUpdate(left -> Math.max(left - 1, 0)) > 0) {
            throw new Refused(409, refusal("no such nonce"));
        }
        assertThat(body.text("nonce")).as("the nonce of the last reply").isEqualTo(nonce.base64());
        checkQuoteAlone(body, ak.orElseThrow());
        return next(body.find("clientCsr").isPresent() ? node(body) : Json.Obj.empty());
    }

    private void checkQuote(Json.Obj body, TpmPublic key) throws Exception {
        assertThat(Bytes.fromBase64(body.text("secret")))
                .as("the activated credential")
                .isEqualTo(secret);
        checkQuoteAlone(body, key);
    }

    private void checkQuoteAlone(Json.Obj body, TpmPublic key) throws Exception {
        Attest attest = Attest.parse(Bytes.fromBase64(body.text("quote")));
        TpmSignature signature = TpmSignature.parse(Bytes.fromBase64(body.text("signature")));
        SignatureScheme scheme = key.scheme().orElseThrow();
        assertThat(signature.verify(key.publicKey(), attest.encoded(), scheme)).isTrue();
        Bytes spki = Bytes.fromBase64(body.text("kubeletKey"));
        assertThat(attest.extraData())
                .isEqualTo(
                        Digest.sha256(nonce.toByteArray(), spki.toByteArray()).value());
        QuoteInfo quote = attest.quote().orElseThrow();
        assertThat(quote.pcrSelect()).hasSize(1);
        assertThat(quote.pcrSelect().getFirst().pcrs()).isEqualTo(PCRS);
        var values = new TreeMap<Integer, Digest>();
        for (String pcr : body.object("pcrs").members().keySet()) {
            values.put(
                    Integer.parseInt(pcr),
                    Digest.fromHex(HashAlgorithm.SHA256, body.object("pcrs").text(pcr)));
        }
        assertThat(QuoteInfo.digestOf(HashAlgorithm.SHA256, values).value()).isEqualTo(quote.pcrDigest());
    }

    private Json.Obj node(Json.Obj body) throws Exception {
        CertificateRequest client = CertificateRequest.parse(
                Bytes.fromBase64(body.text("clientCsr")).toByteArray());
        Bytes spki = Bytes.fromBase64(body.text("kubeletKey"));
        assertThat(Bytes.of(client.publicKey().getEncoded())).isEqualTo(spki);
        Instant now = Instant.now();
        var archive = Json.Obj.empty()
                .with("name", "app.tar")
                .with("sha256", Digest.sha256(ARCHIVE).hex())
                .with("url", "/enrolment/v1/archives/app.tar");
        var forged = archive.with("name", "forged.tar").with("sha256", "0".repeat(64));
        var clientSpec = LeafSpec.client(client.subject(), now, Duration.ofMinutes(10));
        return Json.Obj.empty()
                .with(
                        "node",
                        Json.Obj.empty()
                                .with("nodeName", "aks-pool-0")
                                .with("apiServer", "https://10.224.1.1:6443")
                                .with("clusterCa", cluster.pem())
                                .with("certificate", Pem.of(cluster.issue(clientSpec, client.publicKey())))
                                .with(
                                        "expires",
                                        now.plus(Duration.ofMinutes(10)).toString())
                                .with("renewAfterSeconds", 240)
                                .with("podCidr", "10.244.3.0/24")
                                .with("clusterCidr", "10.244.0.0/16")
                                .with("serviceCidr", "10.0.0.0/16")
                                .with("dnsServiceIp", "10.0.0.10")
                                .with("nameservers", Json.Array.ofTexts(List.of("192.0.2.53")))
                                .with(
                                        "kubeletConfig",
                                        Json.Obj.empty()
                                                .with("maxPods", 30)
                                                .with("readOnlyPort", 10255)
                                                .with("staticPodPath", "/var/evil")
                                                .with("staticPodURL", "http://evil/")
                                                .with("serverTLSBootstrap", false)
                                                .with("tlsCertFile", "/var/evil.pem")
                                                .with(
                                                        "authorization",
                                                        Json.Obj.empty().with("mode", "AlwaysAllow")))
                                .with("kubeProxyToken", "proxy-token")
                                .with("preload", new Json.Array(List.of(forged, archive))));
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private static final class Lost extends Exception {
        private static final long serialVersionUID = 1L;
    }

    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;
        private final int status;
        private final transient Json.Obj body;

        Refused(Json.Obj body) {
            this(403, body);
        }

        Refused(int status, Json.Obj body) {
            this.status = status;
            this.body = body;
        }
    }
}
