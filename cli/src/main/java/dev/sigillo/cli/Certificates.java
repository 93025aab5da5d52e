package dev.sigillo.cli;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.ByteArrayInputStream;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.List;

/** Certificates in a file: one in DER, or any number in PEM. */
final class Certificates {

    private static final int MOST = 64;

    private Certificates() {}

    static List<X509Certificate> parse(Bytes file) throws MalformedException {
        try {
            List<X509Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(file.toByteArray()))
                            .stream()
                            .map(X509Certificate.class::cast)
                            .toList();
            if (!all.isEmpty() && all.size() <= MOST) {
                return all;
            }
            throw new MalformedException(
                    "certificates", 0, all.size() + " in the file, 1 to " + MOST + " in DER or PEM expected");
        } catch (CertificateException malformed) {
            throw new MalformedException("certificates", 0, "DER or PEM expected: " + malformed.getMessage());
        }
    }
}
