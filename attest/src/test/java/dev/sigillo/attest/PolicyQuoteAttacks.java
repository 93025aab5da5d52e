package dev.sigillo.attest;

import static dev.sigillo.attest.PolicyAttack.broken;
import static dev.sigillo.attest.PolicyAttack.held;
import static dev.sigillo.attest.PolicyAttack.undecided;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.tpm.ClockInfo;
import java.util.Optional;
import java.util.stream.Stream;

/** What the TPM signed: what can be changed about {@link PolicyMachine}, and what must be found. */
final class PolicyQuoteAttacks {

    private static final Digest ZERO = Digest.zero(HashAlgorithm.SHA256);

    private PolicyQuoteAttacks() {}

    static Stream<PolicyAttack> quotes() {
        return Stream.of(
                broken("another key signs", Check.QUOTE_SIGNATURE, "", m -> m.forger.signedByOther = true)
                        .and(PolicyAttack.QUOTED)
                        .and(Check.QUOTE_DIGEST),
                broken("no quote's magic", Check.QUOTE_STRUCTURE, "magic", m -> m.forger.magic = 0x12345678)
                        .and(PolicyAttack.QUOTED)
                        .and(
                                Check.QUOTE_SIGNATURE,
                                Check.QUOTE_NONCE,
                                Check.QUOTE_SELECTION,
                                Check.QUOTE_DIGEST,
                                Check.QUOTE_CLOCK),
                broken(
                        "the quote of another question",
                        Check.QUOTE_NONCE,
                        "quote nonce: expected  & TPMS_ATTEST.extraData",
                        m -> m.forger.nonce = Forger.filled(0x5B, 32)),
                undecided(
                        "nobody gives the nonce that the policy asks for",
                        Check.QUOTE_NONCE,
                        "quote nonce: cannot be decided without the nonce that the machine was asked",
                        m -> m.asked = Optional.empty()),
                broken(
                        "a quote without a nonce, and nobody gives one",
                        Check.QUOTE_NONCE,
                        "quote nonce: expected the verifier's nonce, was nothing: this quote can be of any time",
                        m -> {
                            m.asked = Optional.empty();
                            m.forger.extraData = Optional.of(Bytes.empty());
                        }),
                broken("a quote without the nonce asked", Check.QUOTE_NONCE, "quote nonce: ", m -> {
                    m.forger.extraData = Optional.of(Bytes.empty());
                }),
                broken("a nonce that the policy does not ask, but the verifier", Check.QUOTE_NONCE, "", m -> {
                    m.nonceRequired = false;
                    m.forger.nonce = Forger.filled(0x5B, 32);
                }),
                held("no nonce where neither policy nor verifier asks for one", m -> {
                    m.nonceRequired = false;
                    m.asked = Optional.empty();
                    m.forger.extraData = Optional.of(Bytes.empty());
                }),
                broken(
                                "a register that the policy asks for is not quoted",
                                Check.QUOTE_SELECTION,
                                "quote PCR selection: expected PCR [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15]",
                                m -> m.forger.select = Bytes.fromHex("ff7f00"))
                        .and(PolicyAttack.QUOTED)
                        .and(Check.QUOTE_DIGEST),
                broken(
                                "PCR 10 is not quoted, and files are asked for",
                                Check.QUOTE_SELECTION,
                                "9, 10, 11",
                                m -> m.forger.select = Bytes.fromHex("fffb00"))
                        .and(PolicyAttack.QUOTED)
                        .and(Check.QUOTE_DIGEST),
                broken("a golden register is not quoted", Check.QUOTE_SELECTION, "PCR [0, 1, 9, 10] in one bank", m -> {
                            m.pcrs.clear();
                            m.forger.select = Bytes.fromHex("fffd00");
                        })
                        .and(PolicyAttack.QUOTED)
                        .and(Check.QUOTE_DIGEST),
                broken("another bank than the policy's", Check.QUOTE_SELECTION, "of the bank SHA384 & SHA256", m -> {
                            m.bank = HashAlgorithm.SHA384;
                        })
                        .and(PolicyAttack.QUOTED),
                broken("a value that the TPM did not sign", Check.QUOTE_DIGEST, "", m -> m.forger.sent.put(4, ZERO))
                        .and(PolicyAttack.QUOTED),
                broken(
                        "a clock that went back",
                        Check.QUOTE_CLOCK,
                        "safe",
                        m -> m.forger.clock = new ClockInfo(100_000, 3, 0, false)),
                undecided(
                                "no quote",
                                Check.QUOTE_SIGNATURE,
                                "cannot be decided without a quote, which the evidence does not have",
                                m -> m.withoutQuote = true)
                        .and(PolicyAttack.QUOTED)
                        .and(
                                Check.QUOTE_STRUCTURE,
                                Check.QUOTE_NONCE,
                                Check.QUOTE_SELECTION,
                                Check.QUOTE_DIGEST,
                                Check.QUOTE_CLOCK));
    }
}
