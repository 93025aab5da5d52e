package dev.sigillo.server;

import dev.sigillo.pki.TlsIdentity;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;

/** {@code caFile} of a settings file: authorities, PEM or DER, that are trusted in place of those that Java knows. */
final class CaFile {
    private CaFile() {}

    /**
     * What trusts the authorities of the file.
     *
     * @param at what the entry is called that names the file, such as {@code webhooks[0]}
     * @param problems gets what is wrong with the file; then the answer is empty
     */
    static Optional<SSLContext> trusted(Path file, String at, List<String> problems) {
        try (InputStream in = Files.newInputStream(file)) {
            List<X509Certificate> authorities =
                    CertificateFactory.getInstance("X.509").generateCertificates(in).stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!authorities.isEmpty()) {
                return Optional.of(TlsIdentity.trusting(authorities));
            }
            problems.add(at + ".caFile " + file + " holds no certificate");
        } catch (IOException | CertificateException e) {
            problems.add(at + ".caFile " + file + " cannot be read: " + e.getMessage());
        }
        return Optional.empty();
    }
}
