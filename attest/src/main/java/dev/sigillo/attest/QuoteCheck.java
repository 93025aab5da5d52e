package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.ClockInfo;
import dev.sigillo.tpm.PcrValues;
import dev.sigillo.tpm.QuoteInfo;
import dev.sigillo.tpm.SignatureScheme;
import dev.sigillo.tpm.TpmPublic;
import dev.sigillo.tpm.TpmSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Rules 7 to 15: whether a quote is of this key, answers this question, and covers the values that came with it.
 * Guarantees when every finding holds: the key signed exactly these bytes in a scheme that was allowed beforehand; they
 * are a quote, to the last byte; extraData is what was given; the selection is what was asked, and the values are those
 * that were signed.
 */
public final class QuoteCheck {

    private static final int TPM_RH_ENDORSEMENT = 0x4000000B;

    /**
     * @param findings one for each question that was asked; if the structure does not parse, that one alone
     * @param attest the structure, if it is a quote; what it says is only as good as the findings
     * @param quote present if signature, selection, nonce and digest hold
     */
    public record Outcome(List<Finding> findings, Optional<Attest> attest, Optional<HeldQuote> quote) {}

    private QuoteCheck() {}

    /**
     * Judges a quote with the values that it covers. Hostile bytes give findings, never an exception.
     *
     * @param attest TPMS_ATTEST, without a size in front
     * @param signature TPMT_SIGNATURE
     */
    public static Outcome judge(Bytes attest, Bytes signature, PcrValues values, QuoteRequest request) {
        return judge(attest, signature, Optional.of(values), request);
    }

    /** The same without values: nothing is said about pcrDigest, and the quote that holds covers none. */
    public static Outcome judgeWithoutValues(Bytes attest, Bytes signature, QuoteRequest request) {
        return judge(attest, signature, Optional.empty(), request);
    }

    private static Outcome judge(Bytes bytes, Bytes signature, Optional<PcrValues> values, QuoteRequest request) {
        Findings findings = new Findings();
        Optional<Attest> parsed = structure(bytes, findings);
        if (parsed.isEmpty()) {
            return new Outcome(findings.all(), Optional.empty(), Optional.empty());
        }
        Attest attest = parsed.get();
        QuoteInfo info = attest.quote().orElseThrow();
        Optional<SignatureScheme> scheme = signature(bytes, signature, request.ak(), findings);
        findings.add(request.asked().judge(info.pcrSelect(), request.sha1Allowed()));
        findings.add(nonce(attest, request));
        findings.add(clock(attest.clockInfo(), request));
        if (request.knowsIdentity()) {
            findings.add(identity(attest, request));
        }
        boolean signed = scheme.isPresent() && findings.holds(Check.QUOTE_SELECTION);
        if (values.isPresent()) {
            findings.add(
                    signed
                            ? digest(info, values.get(), scheme.get())
                            : Finding.undecided(Check.QUOTE_DIGEST, "a signature and a selection that hold"));
        }
        boolean holds =
                signed && findings.holds(Check.QUOTE_NONCE) && (values.isEmpty() || findings.holds(Check.QUOTE_DIGEST));
        return new Outcome(
                findings.all(),
                parsed,
                holds
                        ? Optional.of(new HeldQuote(
                                attest, values.orElse(PcrValues.none()).only(info.pcrSelect())))
                        : Optional.empty());
    }

    private static Optional<Attest> structure(Bytes bytes, Findings findings) {
        try {
            Attest attest = Attest.parse(bytes);
            if (attest.quote().isPresent()) {
                findings.add(Finding.held(Check.QUOTE_STRUCTURE));
                return Optional.of(attest);
            }
            findings.add(Finding.broken(
                    Check.QUOTE_STRUCTURE,
                    "TPM_ST_ATTEST_QUOTE (0x8018)",
                    "0x" + Integer.toHexString(attest.type()),
                    "TPMS_ATTEST.type"));
        } catch (MalformedException malformed) {
            findings.add(Finding.broken(
                    Check.QUOTE_STRUCTURE,
                    "a TPMS_ATTEST of a quote, to its last byte",
                    malformed.detail(),
                    malformed.field() + " at offset " + malformed.offset()));
        }
        return Optional.empty();
    }

    /** The scheme that the signature holds in; the signature's own fields pick among those allowed, and add none. */
    private static Optional<SignatureScheme> signature(
            Bytes attest, Bytes bytes, AttestationKey ak, Findings findings) {
        if (ak.schemes().isEmpty()) {
            findings.add(Finding.undecided(Check.QUOTE_SIGNATURE, "an AK fixed to one signing scheme"));
            return Optional.empty();
        }
        try {
            TpmSignature signature = TpmSignature.parse(bytes);
            boolean allowed = ak.schemes().contains(signature.scheme());
            if (allowed && signature.verify(ak.publicKey(), attest, signature.scheme())) {
                findings.add(Finding.held(Check.QUOTE_SIGNATURE));
                return Optional.of(signature.scheme());
            }
            findings.add(Finding.broken(
                    Check.QUOTE_SIGNATURE,
                    ak.schemesText() + " by " + ak.nameText(),
                    allowed
                            ? "a signature that this AK did not make over these bytes"
                            : "a signature of " + signature.scheme(),
                    "TPMT_SIGNATURE"));
        } catch (MalformedException malformed) {
            findings.add(Finding.broken(
                    Check.QUOTE_SIGNATURE,
                    "a TPMT_SIGNATURE of " + ak.schemesText(),
                    malformed.detail(),
                    malformed.field() + " at offset " + malformed.offset()));
        }
        return Optional.empty();
    }

    private static Finding nonce(Attest attest, QuoteRequest request) {
        if (request.extraData().isEmpty()) {
            return Finding.undecided(Check.QUOTE_NONCE, request.nonce());
        }
        return attest.extraData().equalsConstantTime(request.extraData())
                ? Finding.held(Check.QUOTE_NONCE)
                : Finding.broken(
                        Check.QUOTE_NONCE,
                        request.nonce() + " " + request.extraData(),
                        attest.extraData().isEmpty()
                                ? "nothing"
                                : attest.extraData().toString(),
                        "TPMS_ATTEST.extraData");
    }

    private static Finding digest(QuoteInfo info, PcrValues values, SignatureScheme scheme) {
        Optional<Digest> computed = values.digest(scheme.hash(), info.pcrSelect());
        if (computed.isEmpty()) {
            return Finding.broken(
                    Check.QUOTE_DIGEST,
                    Registers.text(info.pcrSelect()),
                    Registers.missing(info.pcrSelect(), values),
                    "values sent with the quote");
        }
        return info.pcrDigest().equalsConstantTime(computed.get().value())
                ? Finding.held(Check.QUOTE_DIGEST)
                : Finding.broken(
                        Check.QUOTE_DIGEST,
                        info.pcrDigest() + ", as the TPM signed it",
                        computed.get().hex() + " over the values sent",
                        "TPMS_QUOTE_INFO.pcrDigest");
    }

    /**
     * Rule 13. A machine that never sleeps only ever resets its TPM. Whoever tells that TPM to keep its state over a boot
     * (TPM2_Shutdown of TPM_SU_STATE, then a reset of the machine) gets fresh registers under the old resetCount: a boot
     * that no count of resets shows. restartCount shows it until the next reset.
     */
    private static Finding clock(ClockInfo now, QuoteRequest request) {
        if (!now.safe()) {
            return Finding.broken(Check.QUOTE_CLOCK, "safe = 1", "safe = 0", "TPMS_CLOCK_INFO.safe");
        }
        if (request.neverSleeps() && now.restartCount() != 0) {
            return Finding.broken(
                    Check.QUOTE_CLOCK,
                    "restartCount = 0: a machine that never sleeps resets its vTPM at each boot",
                    "restartCount = " + now.restartCount() + ": the TPM kept its state over a boot",
                    "TPMS_CLOCK_INFO.restartCount");
        }
        Optional<ClockInfo> earlier = request.last().map(Remembered::clock);
        return earlier.isPresent() && fell(earlier.get(), now)
                ? Finding.broken(
                        Check.QUOTE_CLOCK,
                        "counters that never fall, last " + earlier.get(),
                        now + ": the TPM's state was rolled back or cloned",
                        "TPMS_CLOCK_INFO")
                : Finding.held(Check.QUOTE_CLOCK);
    }

    /**
     * Within one count of resets the clock only grows; restartCount starts again at each reset. Over resets the clock
     * decides nothing: swtpm writes it down with its other state alone, so after a hard power-off it begins earlier than
     * it was, and says safe = 1 seconds later. A state that was rolled back and then reset more often than before looks
     * the same.
     */
    private static boolean fell(ClockInfo before, ClockInfo now) {
        if (now.resetCount() != before.resetCount()) {
            return now.resetCount() < before.resetCount();
        }
        return now.restartCount() < before.restartCount() || Long.compareUnsigned(now.clock(), before.clock()) < 0;
    }

    /**
     * Rule 14, and that the AK is a primary key of the endorsement hierarchy, as rule 13 needs: its qualified Name is H of
     * the hierarchy's handle and its Name (TPM 2.0 Library, Part 1, "Qualified Name").
     */
    private static Finding identity(Attest attest, QuoteRequest request) {
        List<String> wrong = new ArrayList<>();
        Optional<TpmPublic> area = request.ak().area();
        if (request.endorsement() && area.isEmpty()) {
            return Finding.undecided(Check.QUOTE_IDENTITY, "the AK's TPMT_PUBLIC");
        }
        String expected = "the TPM as enrolled";
        if (request.endorsement() && area.isPresent()) {
            Bytes qualified = qualifiedName(area.get());
            expected = expected + ", qualifiedSigner " + qualified;
            if (!attest.qualifiedSigner().equals(qualified)) {
                wrong.add("qualifiedSigner " + attest.qualifiedSigner());
            }
        }
        request.last().ifPresent(last -> {
            if (!last.qualifiedSigner().equals(attest.qualifiedSigner())) {
                wrong.add("qualifiedSigner was " + last.qualifiedSigner() + " before");
            }
            if (last.firmwareVersion() != attest.firmwareVersion()) {
                wrong.add("firmwareVersion 0x" + Long.toHexString(attest.firmwareVersion()) + ", 0x"
                        + Long.toHexString(last.firmwareVersion()) + " before");
            }
        });
        return wrong.isEmpty()
                ? Finding.held(Check.QUOTE_IDENTITY)
                : Finding.broken(Check.QUOTE_IDENTITY, expected, String.join("; ", wrong), "TPMS_ATTEST");
    }

    private static Bytes qualifiedName(TpmPublic ak) {
        Bytes handle = new ByteWriter().u32be(TPM_RH_ENDORSEMENT).toBytes();
        return new ByteWriter()
                .u16be(ak.nameAlgorithm().tpmId())
                .bytes(ak.nameAlgorithm().hash(handle, ak.name()))
                .toBytes();
    }
}
