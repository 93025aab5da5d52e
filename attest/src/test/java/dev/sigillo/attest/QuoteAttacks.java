package dev.sigillo.attest;

import static dev.sigillo.attest.Attack.attack;

import dev.sigillo.bytes.Bytes;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Signed structures that are no quote of what was asked: rules 8, 10, 12 and 15. */
final class QuoteAttacks {

    private QuoteAttacks() {}

    static Stream<Attack> quotes() {
        return Stream.of(
                type("TPM2_NV_Certify", 0x8014),
                type("TPM2_GetSessionAuditDigest", 0x8016),
                type("TPM2_Certify", 0x8017),
                type("TPM2_GetTime", 0x8019),
                type("TPM2_CertifyCreation", 0x801A),
                structure("Rule 8: a magic that the TPM does not write", "0xff544348", f -> f.magic = 0xFF544348L),
                structure("Rule 8: bytes after the quote", "1 trailing bytes", f -> f.trailing = Bytes.zeros(1)),
                selection(
                        "Rule 10: PCR 16 quoted where PCR 7 was asked",
                        "SHA256:0,1,2,3,4,5,6,8,9,10,11,12,13,14,15,16",
                        f -> f.select = Bytes.fromHex("7fff01")),
                selection(
                        "Rule 10: one register fewer",
                        "SHA256:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14]",
                        f -> f.select = Bytes.fromHex("ff7f00")),
                selection("Rule 10: PCR 23 beside what was asked", ",15,23]", f -> f.select = Bytes.fromHex("ffff80")),
                selection("Rule 10: sizeofSelect 2", "[SHA256:0,1,", f -> f.select = Bytes.fromHex("ffff")),
                selection("Rule 10: sizeofSelect 4", "[SHA256:0,1,", f -> f.select = Bytes.fromHex("ffff0000")),
                selection("Rule 10: nothing selected", "[SHA256:]", f -> f.select = Bytes.zeros(3)),
                selection("Rule 15: the SHA-1 bank", "[SHA1:0,1,", f -> f.bank = 0x0004),
                selection("Rule 15: the SHA-384 bank", "[SHA384:0,1,", f -> f.bank = 0x000C),
                selection(
                        "Rule 10: a second selection",
                        ", SHA1:0,1,",
                        f -> f.moreSelections = Bytes.fromHex("000403ffff00")),
                selection(
                        "Rule 10: the bank twice",
                        ", SHA256:0,1,",
                        f -> f.moreSelections = Bytes.fromHex("000b03ffff00")));
    }

    private static Attack type(String command, int type) {
        return attack(
                "Rule 8: a signed structure of " + command,
                Check.QUOTE_STRUCTURE,
                "quote",
                "TPM_ST_ATTEST_QUOTE (0x8018)",
                "0x" + Integer.toHexString(type),
                f -> f.type = type);
    }

    private static Attack structure(String name, String was, Consumer<Forger> change) {
        return attack(name, Check.QUOTE_STRUCTURE, "quote", "to its last byte", was, change);
    }

    private static Attack selection(String name, String was, Consumer<Forger> change) {
        return attack(
                name,
                Check.QUOTE_SELECTION,
                "quote PCR selection",
                "[SHA256:0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15] in 3 bytes",
                was,
                change);
    }
}
