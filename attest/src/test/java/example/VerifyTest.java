package example;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.attest.Evidence;
import dev.sigillo.attest.Forger;
import dev.sigillo.attest.HonestBoot;
import dev.sigillo.attest.SoftAk;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class VerifyTest {

    private final Forger forger = new Forger(true);

    private String verify(Bytes nonce) throws Exception {
        Evidence sent = forger.evidence();
        return Verify.verify(
                forger.ak().encoded(), sent.attest(), sent.signature(), sent.pcrs(), sent.eventLog(), nonce);
    }

    private Bytes nonce() {
        return Digest.of(HashAlgorithm.SHA256, forger.askedNonce, forger.askedKey)
                .value();
    }

    @DisplayName("The example in docs/library.md tells what booted, whatever kind of AK signed")
    @ParameterizedTest
    @EnumSource
    void boots(SoftAk kind) throws Exception {
        forger.signWith(kind);

        assertThat(verify(nonce())).isEqualTo("Secure Boot on, command line " + HonestBoot.COMMAND_LINE);
    }

    @Test
    @DisplayName("… and why it cannot: another nonce, a log that says another thing")
    void refuses() throws Exception {
        assertThat(verify(Bytes.zeros(32))).contains("nonce");

        forger.keep(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
        forger.boots("/vmlinuz init=/bin/sh");
        assertThat(verify(nonce())).isEqualTo("the log does not lead to the quoted value of PCR 8");
    }

    @Test
    @DisplayName("The example in docs/library.md is the very class that this test compiles")
    void isTheDocument() throws IOException {
        Path source = Path.of("src/test/java/example/Verify.java");
        Path document = Path.of("../docs/library.md");

        assertThat(Files.readString(document)).contains("```java\n" + Files.readString(source) + "```");
    }
}
