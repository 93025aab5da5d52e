package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.testkit.Vectors;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Predictions that others made of Fedora CoreOS on OVMF: the constants of our rules are theirs too. */
class GoldenTest {

    private static final Pattern HASH = Pattern.compile("\"(hash|value)\"\\s*:\\s*\"([0-9a-f]{64})\"");

    private record Golden(Digest value, List<Digest> events) {}

    private static Golden golden(String name) throws Exception {
        Path file = Vectors.folder().resolve("golden").resolve(name);
        Assumptions.assumeTrue(
                Files.isRegularFile(file), () -> "skipped: no vectors at " + file + "; set SIGILLO_VECTORS");
        Digest value = Digest.zero(HashAlgorithm.SHA256);
        List<Digest> events = new ArrayList<>();
        Matcher matcher = HASH.matcher(Files.readString(file));
        while (matcher.find()) {
            Digest digest = Digest.fromHex(HashAlgorithm.SHA256, matcher.group(2));
            if (matcher.group(1).equals("value")) {
                value = digest;
            } else {
                events.add(digest);
            }
        }
        return new Golden(value, events);
    }

    @ParameterizedTest
    @CsvSource({"pcr4.json, 5", "pcr7-sb-enabled.json, 9", "pcr7-sb-disabled.json, 7", "pcr14.json, 3"})
    @DisplayName("Rule 20: the predicted events lead to the predicted value")
    void replay(String name, int count) throws Exception {
        Golden golden = golden(name);
        Digest register = Digest.zero(HashAlgorithm.SHA256);
        for (Digest event : golden.events()) {
            register = register.extend(event);
        }

        assertThat(golden.events()).hasSize(count);
        assertThat(register).isEqualTo(golden.value());
    }

    @Test
    @DisplayName(
            "Rules 23, 24, 27: separator, boot attempt and SecureBoot variable have the digests that others predict")
    void constants() throws Exception {
        assertThat(golden("pcr4.json").events().get(0)).isEqualTo(OrderJudge.CALLING);
        assertThat(SeparatorJudge.GOOD).contains(golden("pcr4.json").events().get(1));
        assertThat(golden("pcr7-sb-enabled.json").events().getFirst())
                .isEqualTo(Digest.of(
                        HashAlgorithm.SHA256, HonestBoot.secureBootVariable(1).encode()));
        assertThat(golden("pcr7-sb-disabled.json").events().getFirst())
                .isEqualTo(Digest.of(
                        HashAlgorithm.SHA256, HonestBoot.secureBootVariable(0).encode()));
        assertThat(golden("pcr14.json").events().getLast())
                .isEqualTo(Digest.of(HashAlgorithm.SHA256, Bytes.of((byte) 1)));
    }
}
