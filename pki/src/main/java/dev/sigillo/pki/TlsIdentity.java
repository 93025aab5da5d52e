package dev.sigillo.pki;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/**
 * A private key with its certificate chain: one end of a TLS connection.
 *
 * @param chain the key's own certificate first
 */
public record TlsIdentity(PrivateKey key, List<X509Certificate> chain) {

    public TlsIdentity {
        chain = List.copyOf(chain);
        if (chain.isEmpty()) {
            throw new PkiException("a TLS identity needs at least the certificate of its key");
        }
    }

    /** The identity that {@link #write} put into two files. */
    public static TlsIdentity read(Path certificateFile, Path keyFile) {
        return new TlsIdentity(
                Pem.privateKey(WholeFile.read(keyFile)), Pem.certificates(WholeFile.read(certificateFile)));
    }

    /** Writes the key (mode 0600) first, then the chain, so that a chain on disk always has its key. */
    public void write(Path certificateFile, Path keyFile) {
        WholeFile.writeSecret(keyFile, keyPem());
        WholeFile.writePublic(certificateFile, chainPem());
    }

    /** The key's own certificate. */
    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public String keyPem() {
        return Pem.of(key);
    }

    public String chainPem() {
        return Pem.of(chain);
    }

    /**
     * A context that presents this identity and accepts peers whose chain ends in one of the given certificates.
     *
     * @param trusted with none, no peer certificate is accepted: right for a server that asks for none
     */
    public SSLContext context(Collection<X509Certificate> trusted) {
        try {
            return context(trust(trusted).getTrustManagers());
        } catch (GeneralSecurityException | IOException unusable) {
            throw unusable(unusable);
        }
    }

    /** A context for a server that asks its clients for no certificate and shows each what {@code shown} says. */
    public static SSLContext showing(Shown shown) {
        try {
            return context(shown, trust(List.of()).getTrustManagers());
        } catch (GeneralSecurityException | IOException unusable) {
            throw new PkiException("this Java runtime gives no TLS context", unusable);
        }
    }

    /**
     * The same for a server that accepts clients under the authority, also with a certificate that has ended: see {@link
     * LapsedClients}.
     */
    public static SSLContext showingToLapsedClients(Shown shown, X509Certificate authority, InstantSource clock) {
        try {
            return context(shown, new LapsedClients(authority, clock));
        } catch (GeneralSecurityException unusable) {
            throw new PkiException("this Java runtime gives no TLS context", unusable);
        }
    }

    private static SSLContext context(Shown shown, TrustManager... trust) throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new ShownKeys(shown)}, trust, null);
        return context;
    }

    private SSLContext context(TrustManager... trust) throws GeneralSecurityException, IOException {
        KeyStore keys = emptyStore();
        keys.setKeyEntry("identity", key, new char[0], chain.toArray(X509Certificate[]::new));
        KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
        keyManagers.init(keys, new char[0]);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trust, null);
        return context;
    }

    private PkiException unusable(Exception cause) {
        return new PkiException(
                "cannot use the TLS identity of " + certificate().getSubjectX500Principal(), cause);
    }

    /** A context without an identity of its own that accepts servers under the given authorities. */
    public static SSLContext trusting(Collection<X509Certificate> trusted) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust(trusted).getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException unusable) {
            throw new PkiException("cannot use the given authorities for TLS", unusable);
        }
    }

    private static TrustManagerFactory trust(Collection<X509Certificate> trusted)
            throws GeneralSecurityException, IOException {
        KeyStore anchors = emptyStore();
        int index = 0;
        for (X509Certificate anchor : trusted) {
            anchors.setCertificateEntry("anchor" + index++, anchor);
        }
        TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
        // An empty key store makes PKIX throw at use; an absent one would mean the runtime's public authorities.
        trustManagers.init(anchors);
        return trustManagers;
    }

    private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
