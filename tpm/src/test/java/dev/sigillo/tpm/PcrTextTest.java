package dev.sigillo.tpm;

import static dev.sigillo.bytes.HashAlgorithm.SHA1;
import static dev.sigillo.bytes.HashAlgorithm.SHA256;
import static dev.sigillo.bytes.HashAlgorithm.SHA384;
import static dev.sigillo.bytes.HashAlgorithm.SM3_256;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.sigillo.bytes.ByteReader;
import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Registers as people write them, as a TPM selects them, and their values")
class PcrTextTest {

    @Test
    @DisplayName("Indices and ranges from 0 to 23, with blanks, in any order")
    void ranges() {
        assertThat(PcrRanges.parse("7")).containsExactly(7);
        assertThat(PcrRanges.parse("23, 0-2 ,1")).containsExactly(0, 1, 2, 23);
        assertThat(PcrRanges.parse("5-5")).containsExactly(5);
        assertThat(PcrRanges.parse("0-23")).hasSize(24);
        for (String wrong : new String[] {"", "24", "0-24", "7-6", "-1", "1-", "1,,2", "a", "0x1", "100", "1-2-3"}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PcrRanges.parse(wrong))
                    .withMessageContaining("PCRs from 0 to 23 expected");
        }
    }

    @Test
    @DisplayName("The text of registers is what the reader of it takes, with ranges where they follow each other")
    void text() {
        for (String text : new String[] {"7", "0-7", "0-1", "0,2,4", "0-7,14", "1,3-5,23"}) {
            assertThat(PcrRanges.text(PcrRanges.parse(text))).isEqualTo(text);
        }
        assertThat(PcrRanges.text(List.of())).isEmpty();
    }

    @Test
    @DisplayName("Selections: a bank, a colon, registers or 'all'; banks with + between them, each once, in order")
    void selections() {
        assertThat(PcrSelection.parseText("sha256:0-2,8+sha1:all"))
                .containsExactly(
                        PcrSelection.of(SHA256, List.of(0, 1, 2, 8)), new PcrSelection(SHA1, Bytes.fromHex("ffffff")));
        assertThat(PcrSelection.parseText("sha256:0-2,8").getFirst().bits()).isEqualTo(Bytes.fromHex("070100"));
        assertThat(PcrSelection.parseText("SM3:23").getFirst()).hasToString("SM3_256:23");
        assertThat(PcrSelection.of(SHA384, List.of(23, 0, 7))).hasToString("SHA384:0,7,23");
        for (String wrong : new String[] {"", "sha256", "sha256:", "md5:1", ":1", "sha256:24", "sha256:1+"}) {
            assertThatIllegalArgumentException().isThrownBy(() -> PcrSelection.parseText(wrong));
        }
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PcrSelection.parseText("md5:1"))
                .withMessageContaining("\"md5\" is no bank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PcrSelection.parseText("sha256:1+SHA256:2"))
                .withMessageContaining("stands twice");
        for (int outside : new int[] {-1, 24}) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> PcrSelection.of(SHA256, List.of(outside)))
                    .withMessageContaining("is not 0 to 23");
        }
    }

    private static List<PcrSelection> read(String hex) throws MalformedException {
        return PcrSelection.readList(new ByteReader(ScriptedTpm.hex(hex)));
    }

    private static void refused(String hex, String why) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> read(hex))
                .withMessageContaining(why);
    }

    @Test
    @DisplayName("Part 2, TPML_PCR_SELECTION: at most 16 selections of 1 to 4 bytes, of banks that are known")
    void list() throws MalformedException {
        assertThat(read("00000000")).isEmpty();
        assertThat(read("00000002 0004 01 80 000b 04 01000080"))
                .extracting(PcrSelection::pcrs)
                .containsExactly(List.of(7), List.of(0, 31));
        assertThat(read("00000010" + "000b 01 01".repeat(16))).hasSize(16);
        refused("00000011" + "000b 01 01".repeat(17), "17, at most 16 expected");
        refused("ffffffff", "4294967295, at most 16 expected");
        refused("00000001 000b 00", "0, 1 to 4 expected");
        refused("00000001 000b 05 0000000000", "5, 1 to 4 expected");
        refused("00000001 7777 03 000000", "unknown bank 0x7777");
        refused("00000001 000b 03 0000", "pcrSelect.pcrSelect");
        ByteWriter written = new ByteWriter();
        PcrSelection.of(SM3_256, List.of(9)).write(written);
        assertThat(written.toBytes()).isEqualTo(ScriptedTpm.hex("0012 03 000200"));
        assertThat(PcrSelection.list(PcrSelection.of(SHA1, List.of()), PcrSelection.of(SHA256, List.of(16))))
                .isEqualTo(ScriptedTpm.hex("00000002 0004 03 000000 000b 03 000001"));
    }

    private static Digest value(HashAlgorithm bank, int pcr) {
        return Digest.of(bank, Bytes.of((byte) pcr));
    }

    private static SortedMap<Integer, Digest> values(HashAlgorithm bank, int... pcrs) {
        SortedMap<Integer, Digest> values = new TreeMap<>();
        for (int pcr : pcrs) {
            values.put(pcr, value(bank, pcr));
        }
        return values;
    }

    private static PcrValues twoBanks() {
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> banks = new TreeMap<>();
        banks.put(SHA1, values(SHA1, 0, 7));
        banks.put(SHA256, values(SHA256, 0, 7, 14));
        return new PcrValues(banks);
    }

    @Test
    @DisplayName(
            "Part 2, TPMS_QUOTE_INFO: pcrDigest goes over the selections in order, of each the registers ascending")
    void digest() {
        List<PcrSelection> selections = PcrSelection.parseText("sha256:14,0+sha1:7");
        assertThat(twoBanks().digest(SHA384, selections))
                .contains(Digest.of(
                        SHA384,
                        value(SHA256, 0).value(),
                        value(SHA256, 14).value(),
                        value(SHA1, 7).value()));
        assertThat(twoBanks().digest(SHA384, PcrSelection.parseText("sha256:0,1")))
                .as("a register without a value")
                .isEmpty();
        assertThat(twoBanks().digest(SHA384, PcrSelection.parseText("sha384:0")))
                .isEmpty();
        assertThat(QuoteInfo.digestOf(SHA256, values(SHA1, 7, 0)))
                .isEqualTo(
                        Digest.of(SHA256, value(SHA1, 0).value(), value(SHA1, 7).value()));
    }

    @Test
    @DisplayName("A value outside the selection is thrown away")
    void only() {
        PcrValues kept = twoBanks().only(PcrSelection.parseText("sha256:7,23"));
        assertThat(kept.banks()).containsOnlyKeys(SHA256);
        assertThat(kept.bank(SHA256)).isEqualTo(values(SHA256, 7));
        assertThat(kept.bank(SHA1)).isEmpty();
        assertThat(kept.value(SHA256, 7)).contains(value(SHA256, 7));
        assertThat(kept.value(SHA256, 0)).isEmpty();
        List<PcrSelection> twice = List.of(PcrSelection.of(SHA256, List.of(0)), PcrSelection.of(SHA256, List.of(7)));
        assertThat(twoBanks().only(twice).bank(SHA256)).isEqualTo(values(SHA256, 0, 7));
    }

    @Test
    @DisplayName("Each value is filed under the bank of its own algorithm; another is a mistake")
    void filed() {
        assertThat(PcrValues.none().banks()).isEmpty();
        assertThat(PcrValues.of(Map.of(0, value(SHA1, 0), 7, value(SHA256, 7))).banks())
                .isEqualTo(Map.of(SHA1, values(SHA1, 0), SHA256, values(SHA256, 7)));
        SortedMap<HashAlgorithm, SortedMap<Integer, Digest>> wrong = new TreeMap<>();
        wrong.put(SHA256, values(SHA1, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PcrValues(wrong))
                .withMessage("a SHA1 value in the bank SHA256");
    }
}
