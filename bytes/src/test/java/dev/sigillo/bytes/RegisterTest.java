package dev.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@DisplayName("A register that is extended in place holds what one step after the other leads to")
class RegisterTest {

    private static final Bytes DATA = Bytes.utf8("what was measured, and what stands beside it");

    @DisplayName("by digests, by hashes of parts, by ones")
    @ParameterizedTest
    @EnumSource
    void extend(HashAlgorithm bank) {
        Digest measured = Digest.of(bank, DATA);
        Register register = new Register(Digest.zero(bank));
        register.extend(Bytes.concat(Bytes.zeros(3), measured.value(), DATA), 3);
        Digest once = Digest.zero(bank).extend(measured);
        assertThat(register.value()).isEqualTo(once);

        register.hash(DATA, 0, 5);
        register.hash(DATA, 7, DATA.size());
        register.extendWithHash();
        Digest parts = Digest.of(bank, DATA.slice(0, 5), DATA.slice(7, DATA.size()));
        Digest twice = once.extend(parts);
        assertThat(register.value()).isEqualTo(twice);

        register.extendFilled(0xFF);
        Digest ones = Digest.fromHex(bank, "ff".repeat(bank.size()));
        assertThat(register.holds(twice.extend(ones))).isTrue();
        assertThat(register.holds(twice)).isFalse();
        register.extendWithHash();
        assertThat(register.value())
                .as("nothing was added")
                .isEqualTo(twice.extend(ones).extend(Digest.of(bank)));
    }

    @DisplayName("by a SHA-1 digest filled up with zeros")
    @ParameterizedTest
    @EnumSource
    void padded(HashAlgorithm bank) {
        Register register = new Register(Digest.zero(bank), HashAlgorithm.SHA1);
        register.hash(DATA, 0, DATA.size());
        register.extendWithHash();

        Bytes sha1 = HashAlgorithm.SHA1.hash(DATA);
        Digest filled = new Digest(bank, Bytes.concat(sha1, Bytes.zeros(bank.size() - sha1.size())));
        assertThat(register.value()).isEqualTo(Digest.zero(bank).extend(filled));
    }
}
