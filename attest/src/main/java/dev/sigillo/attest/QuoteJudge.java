package dev.sigillo.attest;

import dev.sigillo.bytes.ByteWriter;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.ClockInfo;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.QuoteInfo;
import dev.sigillo.tpm.SignatureScheme;
import dev.sigillo.tpm.TpmPublic;
import dev.sigillo.tpm.TpmSignature;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** Rules 7 to 15: the quote is this AK's, answers this question, and covers the values that came with it. */
final class QuoteJudge {

    private static final PcrSelection ASKED = new PcrSelection(HashAlgorithm.SHA256, Bytes.fromHex("ffff00"));
    private static final int NONCE_MIN = 32;
    private static final int TPM_RH_ENDORSEMENT = 0x4000000B;

    /** A quote that holds, with the values it covers and no others. */
    record Quote(Attest attest, SortedMap<Integer, Digest> pcrs) {}

    private QuoteJudge() {}

    static Optional<Quote> judge(Evidence evidence, Subject subject, Findings findings) {
        Optional<Attest> parsed = structure(evidence, findings);
        if (parsed.isEmpty()) {
            return Optional.empty();
        }
        Attest attest = parsed.get();
        QuoteInfo info = attest.quote().orElseThrow();
        findings.add(signature(evidence, subject.ak()));
        findings.add(selection(info));
        findings.add(nonce(attest, subject));
        findings.add(clock(attest.clockInfo(), subject));
        findings.add(identity(attest, subject));
        SortedMap<Integer, Digest> pcrs = new TreeMap<>(evidence.pcrs().subMap(0, Pcrs.QUOTED));
        if (!findings.holds(Check.QUOTE_SIGNATURE, Check.QUOTE_SELECTION)) {
            findings.add(Finding.undecided(Check.QUOTE_DIGEST, "a signature and a selection that hold"));
            return Optional.empty();
        }
        findings.add(digest(info, pcrs, subject.ak()));
        return findings.holds(Check.QUOTE_DIGEST, Check.QUOTE_NONCE, Check.AK_ATTRIBUTES, Check.AK_PARAMETERS)
                ? Optional.of(new Quote(attest, pcrs))
                : Optional.empty();
    }

    private static Optional<Attest> structure(Evidence evidence, Findings findings) {
        try {
            Attest attest = Attest.parse(evidence.attest());
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

    private static Finding signature(Evidence evidence, TpmPublic ak) {
        Optional<SignatureScheme> scheme = ak.scheme();
        if (scheme.isEmpty()) {
            return Finding.undecided(Check.QUOTE_SIGNATURE, "an AK fixed to one signing scheme");
        }
        try {
            TpmSignature signature = TpmSignature.parse(evidence.signature());
            if (signature.verify(ak.publicKey(), evidence.attest(), scheme.get())) {
                return Finding.held(Check.QUOTE_SIGNATURE);
            }
            String was = signature.scheme().equals(scheme.get())
                    ? "a signature that this AK did not make over these bytes"
                    : "a signature of " + signature.scheme();
            return Finding.broken(
                    Check.QUOTE_SIGNATURE,
                    scheme.get() + " by the enrolled AK " + ak.name().hex(),
                    was,
                    "TPMT_SIGNATURE");
        } catch (MalformedException malformed) {
            return Finding.broken(
                    Check.QUOTE_SIGNATURE,
                    "a TPMT_SIGNATURE of " + scheme.get(),
                    malformed.detail(),
                    malformed.field() + " at offset " + malformed.offset());
        }
    }

    private static Finding selection(QuoteInfo info) {
        return info.pcrSelect().equals(List.of(ASKED))
                ? Finding.held(Check.QUOTE_SELECTION)
                : Finding.broken(
                        Check.QUOTE_SELECTION,
                        "[" + ASKED + "] in 3 bytes, nothing else",
                        info.pcrSelect().toString(),
                        "TPMS_QUOTE_INFO.pcrSelect");
    }

    private static Finding nonce(Attest attest, Subject subject) {
        if (subject.nonce().size() < NONCE_MIN || subject.boundKeySpki().isEmpty()) {
            return Finding.undecided(Check.QUOTE_NONCE, "a nonce of at least 32 bytes and the kubelet's key");
        }
        Digest expected = Digest.of(HashAlgorithm.SHA256, subject.nonce(), subject.boundKeySpki());
        return attest.extraData().equalsConstantTime(expected.value())
                ? Finding.held(Check.QUOTE_NONCE)
                : Finding.broken(
                        Check.QUOTE_NONCE,
                        "SHA-256(nonce ‖ kubelet key) " + expected.hex(),
                        attest.extraData().isEmpty()
                                ? "nothing"
                                : attest.extraData().toString(),
                        "TPMS_ATTEST.extraData");
    }

    private static Finding digest(QuoteInfo info, SortedMap<Integer, Digest> pcrs, TpmPublic ak) {
        for (int pcr = 0; pcr < Pcrs.QUOTED; pcr++) {
            Digest value = pcrs.get(pcr);
            if (value == null || value.algorithm() != HashAlgorithm.SHA256) {
                return Finding.broken(
                        Check.QUOTE_DIGEST,
                        "SHA-256 values of PCR 0-15",
                        value == null ? "no value of PCR " + pcr : "PCR " + pcr + " of " + value.algorithm(),
                        "values sent with the quote");
            }
        }
        HashAlgorithm hash = ak.scheme().map(SignatureScheme::hash).orElse(HashAlgorithm.SHA256);
        Digest computed = QuoteInfo.digestOf(hash, pcrs);
        return info.pcrDigest().equalsConstantTime(computed.value())
                ? Finding.held(Check.QUOTE_DIGEST)
                : Finding.broken(
                        Check.QUOTE_DIGEST,
                        info.pcrDigest() + ", as the TPM signed it",
                        computed.hex() + " over the values sent",
                        "TPMS_QUOTE_INFO.pcrDigest");
    }

    /**
     * Rule 13. Our machines never sleep, so their TPM is only ever reset. Whoever tells it to keep its state over a boot
     * (TPM2_Shutdown of TPM_SU_STATE, then a reset of the machine) gets fresh registers under the old resetCount: a boot
     * that no count of resets shows. restartCount shows it until the next reset.
     */
    private static Finding clock(ClockInfo now, Subject subject) {
        if (!now.safe()) {
            return Finding.broken(Check.QUOTE_CLOCK, "safe = 1", "safe = 0", "TPMS_CLOCK_INFO.safe");
        }
        if (now.restartCount() != 0) {
            return Finding.broken(
                    Check.QUOTE_CLOCK,
                    "restartCount = 0: a machine that never sleeps resets its vTPM at each boot",
                    "restartCount = " + now.restartCount() + ": the vTPM kept its state over a boot",
                    "TPMS_CLOCK_INFO.restartCount");
        }
        Optional<ClockInfo> earlier = subject.last().map(Remembered::clock);
        boolean fell = earlier.isPresent()
                && (now.resetCount() < earlier.get().resetCount()
                        || (now.resetCount() == earlier.get().resetCount()
                                && Long.compareUnsigned(
                                                now.clock(), earlier.get().clock())
                                        < 0));
        return fell
                ? Finding.broken(
                        Check.QUOTE_CLOCK,
                        "counters that never fall, last " + earlier.get(),
                        now + ": the vTPM's state was rolled back or cloned",
                        "TPMS_CLOCK_INFO")
                : Finding.held(Check.QUOTE_CLOCK);
    }

    /**
     * Rule 14, and that the AK is a primary key of the endorsement hierarchy, as rule 13 needs: its qualified Name is H of
     * the hierarchy's handle and its Name (TPM 2.0 Library, Part 1, "Qualified Name").
     */
    private static Finding identity(Attest attest, Subject subject) {
        TpmPublic ak = subject.ak();
        Bytes handle = new ByteWriter().u32be(TPM_RH_ENDORSEMENT).toBytes();
        Bytes qualified = new ByteWriter()
                .u16be(ak.nameAlgorithm().tpmId())
                .bytes(ak.nameAlgorithm().hash(handle, ak.name()))
                .toBytes();
        List<String> wrong = new ArrayList<>();
        if (!attest.qualifiedSigner().equals(qualified)) {
            wrong.add("qualifiedSigner " + attest.qualifiedSigner());
        }
        subject.last().ifPresent(last -> {
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
                : Finding.broken(
                        Check.QUOTE_IDENTITY,
                        "the vTPM as enrolled, qualifiedSigner " + qualified,
                        String.join("; ", wrong),
                        "TPMS_ATTEST");
    }
}
