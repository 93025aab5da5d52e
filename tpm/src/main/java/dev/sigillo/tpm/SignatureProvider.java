package dev.sigillo.tpm;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.security.Signature;
import java.util.Optional;

/**
 * Who verifies signatures: the JDK, or a provider of native speed that the system property {@code
 * sigillo.signature.provider} names by its class, such as {@code
 * com.amazon.corretto.crypto.provider.AmazonCorrettoCryptoProvider} or {@code org.conscrypt.OpenSSLProvider}. It is asked
 * first and not registered; what it lacks, and everything where its class is not to be had, the JDK does. Read once, when
 * the first signature is verified.
 */
final class SignatureProvider {

    static final String PROPERTY = "sigillo.signature.provider";

    private static final Optional<Provider> CHOSEN = load(System.getProperty(PROPERTY, ""));

    private SignatureProvider() {}

    static Signature signature(String algorithm) throws GeneralSecurityException {
        return signature(algorithm, CHOSEN);
    }

    static Signature signature(String algorithm, Optional<Provider> chosen) throws GeneralSecurityException {
        if (chosen.isPresent()) {
            try {
                return Signature.getInstance(algorithm, chosen.get());
            } catch (NoSuchAlgorithmException lacking) {
                return Signature.getInstance(algorithm);
            }
        }
        return Signature.getInstance(algorithm);
    }

    /** Keys of the provider's own kind, which it need not convert at each signature. */
    static KeyFactory keys(String algorithm) throws GeneralSecurityException {
        return keys(algorithm, CHOSEN);
    }

    static KeyFactory keys(String algorithm, Optional<Provider> chosen) throws GeneralSecurityException {
        if (chosen.isPresent()) {
            try {
                return KeyFactory.getInstance(algorithm, chosen.get());
            } catch (NoSuchAlgorithmException lacking) {
                return KeyFactory.getInstance(algorithm);
            }
        }
        return KeyFactory.getInstance(algorithm);
    }

    /** Nothing, and a warning in the log, where there is no such class or no provider in it. */
    static Optional<Provider> load(String className) {
        if (className.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(Class.forName(className)
                    .asSubclass(Provider.class)
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException | ClassCastException | LinkageError absent) {
            System.getLogger(SignatureProvider.class.getName())
                    .log(
                            System.Logger.Level.WARNING,
                            PROPERTY + " names " + className + ", which gives no provider (" + absent
                                    + "); the JDK verifies signatures");
            return Optional.empty();
        }
    }
}
