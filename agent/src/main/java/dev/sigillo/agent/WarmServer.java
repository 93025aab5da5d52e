package dev.sigillo.agent;

import dev.sigillo.bytes.Bytes;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.X509ExtendedKeyManager;

/** The other end of the training run: two canned answers over TLS 1.3, under a certificate made on the spot. */
final class WarmServer implements AutoCloseable {

    private static final Bytes COMMON_NAME = Der.oid(0x55, 4, 3);
    private static final Bytes SUBJECT_ALT_NAME = Der.oid(0x55, 0x1D, 0x11);
    private static final Bytes ECDSA_WITH_SHA256 = Der.oid(0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2);
    private static final DateTimeFormatter UTC_TIME =
            DateTimeFormatter.ofPattern("yyMMddHHmmss'Z'").withZone(ZoneOffset.UTC);

    private final String certificate;
    private final SSLServerSocket listener;

    private WarmServer(String certificate, SSLServerSocket listener) {
        this.certificate = certificate;
        this.listener = listener;
    }

    static WarmServer open() throws GeneralSecurityException, IOException {
        NodeKey key = NodeKey.generate();
        String certificate = Pem.write("CERTIFICATE", selfSigned(key));
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(new KeyManager[] {new Identity(key.privateKey(), certificate)}, null, null);
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return new WarmServer(
                certificate, (SSLServerSocket) context.getServerSocketFactory().createServerSocket(0, 1, loopback));
    }

    String certificate() {
        return certificate;
    }

    URI address() {
        return URI.create("https://127.0.0.1:" + listener.getLocalPort());
    }

    /** Serves one connection: a session, then join data. */
    Void answer() throws IOException {
        Json.Obj session = Json.Obj.empty()
                .with("session", "warm")
                .with("nodeName", "warm")
                .with("nodeAddress", "127.0.0.1");
        try (Socket client = listener.accept()) {
            for (Json.Obj reply : new Json.Obj[] {session, Json.Obj.empty().with("node", joinData())}) {
                drain(client.getInputStream());
                byte[] body = JsonWriter.bytes(reply);
                String head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " + body.length;
                client.getOutputStream().write((head + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
                client.getOutputStream().write(body);
                client.getOutputStream().flush();
            }
        }
        return null;
    }

    private Json.Obj joinData() {
        Instant now = Instant.now();
        return Json.Obj.empty()
                .with("nodeName", "warm")
                .with("apiServer", "https://127.0.0.1:6443")
                .with("clusterCa", certificate)
                .with("certificate", certificate)
                .with("expires", now.plus(Duration.ofMinutes(10)).toString())
                .with("renewAfterSeconds", 240)
                .with("podCidr", "10.244.0.0/24")
                .with("clusterCidr", "10.244.0.0/16")
                .with("serviceCidr", "10.0.0.0/16")
                .with("dnsServiceIp", "10.0.0.10")
                .with("kubeletConfig", Json.Obj.empty().with("maxPods", 30))
                .with("kubeProxyToken", "warm");
    }

    private static void drain(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            head.append((char) in.read());
        }
        int at = head.indexOf("Content-Length: ") + "Content-Length: ".length();
        in.readNBytes(Integer.parseInt(head.substring(at, head.indexOf("\r", at))));
    }

    private static Bytes selfSigned(NodeKey key) throws GeneralSecurityException {
        Bytes name = Der.sequence(Der.set(Der.sequence(COMMON_NAME, Der.utf8String("warm"))));
        Instant now = Instant.now();
        Bytes validity = Der.sequence(time(now.minus(Duration.ofHours(1))), time(now.plus(Duration.ofHours(1))));
        Bytes names = Der.sequence(Der.primitive(7, Bytes.of((byte) 127, (byte) 0, (byte) 0, (byte) 1)));
        Bytes extensions = Der.constructed(3, Der.sequence(Der.sequence(SUBJECT_ALT_NAME, Der.octetString(names))));
        Bytes algorithm = Der.sequence(ECDSA_WITH_SHA256);
        Bytes version3 = Der.constructed(0, Der.integer(2));
        Bytes body = Der.sequence(version3, Der.integer(1), algorithm, name, validity, name, key.spki(), extensions);
        return Der.sequence(body, algorithm, Der.bitString(key.sign(body)));
    }

    private static Bytes time(Instant instant) {
        return Der.utcTime(UTC_TIME.format(instant));
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }

    /** A server's identity, which the node itself never has. */
    private static final class Identity extends X509ExtendedKeyManager {
        private final PrivateKey key;
        private final X509Certificate[] chain;

        Identity(PrivateKey key, String certificate) throws GeneralSecurityException {
            this.key = key;
            this.chain = Tls.certificates(certificate).toArray(X509Certificate[]::new);
        }

        @Override
        public String[] getClientAliases(String keyType, Principal[] issuers) {
            return new String[0];
        }

        @Override
        public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
            return "warm";
        }

        @Override
        public String[] getServerAliases(String keyType, Principal[] issuers) {
            return new String[] {"warm"};
        }

        @Override
        public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
            return "warm";
        }

        @Override
        public String chooseEngineServerAlias(String keyType, Principal[] issuers, SSLEngine engine) {
            return "warm";
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return chain.clone();
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return key;
        }
    }
}
