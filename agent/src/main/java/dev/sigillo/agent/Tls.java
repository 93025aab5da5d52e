package dev.sigillo.agent;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManagerFactory;

/** TLS that trusts exactly the authority named on the config drive. */
final class Tls {

    private Tls() {}

    /**
     * @param authorities PEM of one or more certificates
     * @param identity presented when the server asks for a client certificate
     */
    static SSLSocketFactory trusting(String authorities, Optional<ClientIdentity> identity)
            throws GeneralSecurityException, IOException {
        KeyStore anchors = KeyStore.getInstance("PKCS12");
        anchors.load(null, null);
        int number = 0;
        for (X509Certificate authority : certificates(authorities)) {
            anchors.setCertificateEntry("ca" + number++, authority);
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(anchors);
        KeyManager[] keys = identity.isPresent() ? new KeyManager[] {identity.get()} : new KeyManager[0];
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(keys, trust.getTrustManagers(), null);
        return context.getSocketFactory();
    }

    /** @throws GeneralSecurityException if the text holds no X.509 certificate */
    static List<X509Certificate> certificates(String pem) throws GeneralSecurityException {
        byte[] bytes = pem.getBytes(StandardCharsets.US_ASCII);
        List<X509Certificate> found = new ArrayList<>();
        for (var each : CertificateFactory.getInstance("X.509").generateCertificates(new ByteArrayInputStream(bytes))) {
            found.add((X509Certificate) each);
        }
        if (found.isEmpty()) {
            throw new GeneralSecurityException("no certificate in a PEM text of " + bytes.length
                    + " bytes; the config drive must hold Sigillo's CA");
        }
        return found;
    }
}
