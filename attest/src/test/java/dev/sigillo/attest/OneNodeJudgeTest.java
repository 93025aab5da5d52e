package dev.sigillo.attest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.tpm.TpmPublic;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class OneNodeJudgeTest {

    private static final TpmPublic AK = new Forger(true).ak();
    private static final TpmPublic EK = ek();
    private static final String AK_NAME = AK.name().hex();
    private static final Bytes OTHER = Bytes.fromHex("000b0101");

    /** Any other key will do: nothing here looks at attributes. */
    private static TpmPublic ek() {
        Forger forger = new Forger(true);
        forger.attributes = 0x00050062;
        return forger.ak();
    }

    private static OneNodeJudge.Enrolled enrolled(String machine, Bytes ek, Bytes akName) {
        return new OneNodeJudge.Enrolled(machine, ek, akName);
    }

    private static void assertBroken(String was, OneNodeJudge.Enrolled... enrolled) {
        assertThat(OneNodeJudge.judge("m-1", EK, AK, List.of(enrolled)))
                .isEqualTo(new Finding.Broken(
                        Check.ONE_NODE,
                        "AK",
                        "the EK and AK of its first enrolment, which no other machine has",
                        was,
                        "AK " + AK_NAME));
    }

    @Test
    @DisplayName("Rule 6: new keys, and the keys of the first enrolment, hold beside other machines' own")
    void honest() {
        var other = enrolled("m-2", OTHER, OTHER);
        assertThat(OneNodeJudge.judge("m-1", EK, AK, List.of(other))).isEqualTo(Finding.held(Check.ONE_NODE));
        assertThat(OneNodeJudge.judge("m-1", EK, AK, List.of(other, enrolled("m-1", EK.encoded(), AK.name()))))
                .isEqualTo(Finding.held(Check.ONE_NODE));
        assertThat(OneNodeJudge.others("m-1", EK, AK, List.of(other))).isEmpty();
    }

    @Test
    @DisplayName("Rule 6: a machine that comes back with another EK or AK is not the one that enrolled")
    void changed() {
        assertBroken("another EK than its first", enrolled("m-1", OTHER, AK.name()));
        assertBroken("another AK than its first, 000b0101", enrolled("m-1", EK.encoded(), OTHER));
    }

    @Test
    @DisplayName("Rule 6: another machine's EK or AK is refused, and that machine is named for its own alert")
    void taken() {
        assertBroken("a key of machine m-2", enrolled("m-2", EK.encoded(), OTHER));
        assertBroken("a key of machine m-2", enrolled("m-2", OTHER, AK.name()));
        assertThat(OneNodeJudge.others(
                        "m-1",
                        EK,
                        AK,
                        List.of(
                                enrolled("m-3", OTHER, AK.name()),
                                enrolled("m-1", EK.encoded(), AK.name()),
                                enrolled("m-2", EK.encoded(), OTHER))))
                .containsExactly("m-2", "m-3");
    }
}
