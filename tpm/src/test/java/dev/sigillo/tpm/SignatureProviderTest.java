package dev.sigillo.tpm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.Provider;
import java.security.PublicKey;
import java.security.SignatureSpi;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Who verifies signatures")
class SignatureProviderTest {

    /** A provider of one algorithm, as a class that the system property may name. */
    public static final class OneAlgorithm extends Provider {
        private static final long serialVersionUID = 1L;

        public OneAlgorithm() {
            super("One", "1", "SHA256withECDSA");
            put("Signature.SHA256withECDSA", Nothing.class.getName());
        }
    }

    /** Verifies nothing. */
    public static final class Nothing extends SignatureSpi {
        @Override
        protected void engineInitVerify(PublicKey key) {}

        @Override
        protected void engineInitSign(PrivateKey key) {}

        @Override
        protected void engineUpdate(byte part) {}

        @Override
        protected void engineUpdate(byte[] part, int offset, int size) {}

        @Override
        protected byte[] engineSign() {
            return new byte[0];
        }

        @Override
        protected boolean engineVerify(byte[] signature) {
            return false;
        }

        @Override
        @SuppressWarnings("deprecation")
        protected void engineSetParameter(String name, Object value) {}

        @Override
        @SuppressWarnings("deprecation")
        protected Object engineGetParameter(String name) {
            return name;
        }
    }

    @Test
    @DisplayName("a provider is asked first, and the JDK for what it lacks")
    void chosen() throws GeneralSecurityException {
        Optional<Provider> one = SignatureProvider.load(OneAlgorithm.class.getName());
        assertThat(one).isPresent();
        assertThat(SignatureProvider.signature("SHA256withECDSA", one)
                        .getProvider()
                        .getName())
                .isEqualTo("One");
        assertThat(SignatureProvider.signature("SHA384withECDSA", one)
                        .getProvider()
                        .getName())
                .isNotEqualTo("One");
        assertThat(SignatureProvider.keys("RSA", one).getAlgorithm()).isEqualTo("RSA");
        Optional<Provider> jdk = Optional.of(KeyFactory.getInstance("EC").getProvider());
        assertThat(SignatureProvider.keys("EC", jdk).getProvider()).isEqualTo(jdk.get());
        assertThat(SignatureProvider.keys("RSA", jdk).getAlgorithm()).isEqualTo("RSA");
    }

    @Test
    @DisplayName("a class that is absent, or no provider, leaves the JDK in its place; so does no name at all")
    void absent() throws GeneralSecurityException {
        for (String name : new String[] {"", "no.such.Provider", String.class.getName()}) {
            Optional<Provider> none = SignatureProvider.load(name);
            assertThat(none).as(name).isEmpty();
            assertThat(SignatureProvider.signature("SHA256withECDSA", none)).isNotNull();
        }
    }

    @Test
    @DisplayName("what the property names in vain is told in the log, and an empty property is not")
    void told() {
        List<String> told = new ArrayList<>();
        Handler handler = new Handler() {
            @Override
            public void publish(LogRecord line) {
                told.add(line.getLevel() + ": " + line.getMessage());
            }

            @Override
            public void flush() {}

            @Override
            public void close() {}
        };
        Logger log = Logger.getLogger(SignatureProvider.class.getName());
        log.addHandler(handler);
        try {
            assertThat(SignatureProvider.load("")).isEmpty();
            assertThat(told).isEmpty();
            assertThat(SignatureProvider.load("no.such.Provider")).isEmpty();
            assertThat(told).singleElement().asString().startsWith("WARNING: sigillo.signature.provider names no.such");
        } finally {
            log.removeHandler(handler);
        }
    }

    @Test
    @DisplayName("EK Credential Profile, annex B.6: the policies of either range, as published")
    void policies() {
        assertThat(EkPolicy.low(HashAlgorithm.SHA256))
                .isEqualTo(Bytes.fromHex("837197674484b3f81a90cc8d46a5d724fd52d76e06520b64f2a1da1b331469aa"));
        assertThat(EkPolicy.high(HashAlgorithm.SHA256))
                .isEqualTo(Bytes.fromHex("ca3d0a99a2b93906f7a3342414efcfb3a385d44cd1fd459089d19b5071c0b7a0"));
        assertThat(EkPolicy.high(HashAlgorithm.SHA384).hex()).startsWith("b26e7d28d11a50bc53d882bcf5fd3a1a");
        assertThat(EkPolicy.high(HashAlgorithm.SHA512).hex()).startsWith("b8221ca69e8550a4914de3faa6a18c07");
    }
}
