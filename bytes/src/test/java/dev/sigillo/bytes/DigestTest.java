package dev.sigillo.bytes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DigestTest {

    @ParameterizedTest
    @CsvSource({
        "SHA1, a9993e364706816aba3e25717850c26c9cd0d89d",
        "SHA256, ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        "SM3_256, 66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    })
    @DisplayName("The published digest of abc")
    void abc(HashAlgorithm algorithm, String digest) {
        assertThat(Digest.of(algorithm, Bytes.utf8("a"), Bytes.utf8("bc")).hex())
                .isEqualTo(digest);
    }

    @Test
    @DisplayName("GB/T 32905-2016, A.2: SM3 of a message that fills a block")
    void sm3Block() {
        Bytes message = Bytes.fromHex("61626364".repeat(16));
        assertThat(Digest.of(HashAlgorithm.SM3_256, message).hex())
                .isEqualTo("debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732");
    }

    @ParameterizedTest
    @EnumSource(HashAlgorithm.class)
    @DisplayName("Extending is H(old ‖ measured), in every bank")
    void extend(HashAlgorithm algorithm) {
        Digest measured = Digest.of(algorithm, Bytes.utf8("x"));
        Digest zero = Digest.zero(algorithm);
        assertThat(zero.extend(measured)).isEqualTo(Digest.of(algorithm, zero.value(), measured.value()));
        assertThat(HashAlgorithm.fromTpmId(algorithm.tpmId())).contains(algorithm);
    }

    @Test
    @DisplayName("A digest of another size or bank is refused")
    void sizes() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Digest(HashAlgorithm.SHA256, Bytes.zeros(20)))
                .withMessageContaining("32 bytes, not 20");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Digest.zero(HashAlgorithm.SHA256).extend(Digest.zero(HashAlgorithm.SHA1)));
        assertThat(HashAlgorithm.fromTpmId(0x0010)).isEmpty();
    }
}
