package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Asked;
import dev.sigillo.attest.AttestationKey;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.KeyFile;
import dev.sigillo.attest.QuoteRequest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.tpm.Attest;
import dev.sigillo.tpm.PcrSelection;
import dev.sigillo.tpm.SignatureScheme;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sigillo quote}: a TPM's quote of any machine, without a server. */
@Command(
        name = "quote",
        mixinStandardHelpOptions = true,
        description = "Verify a TPM 2.0 quote.",
        footer = {
            "",
            "Examples:",
            "  sigillo quote verify --ak ak.pub --quote quote.msg --signature quote.sig --nonce 8d3c… --pcrs quote.pcrs",
            "  sigillo quote verify --help"
        })
final class QuoteCommand {
    private static final int MAX_STRUCTURE = 1 << 16;

    private final Context context;

    QuoteCommand(Context context) {
        this.context = context;
    }

    /** The files and what they are held against. */
    static final class Inputs {
        @Option(
                names = "--ak",
                required = true,
                paramLabel = "FILE",
                description = "the key: TPM2B_PUBLIC, TPMT_PUBLIC, SubjectPublicKeyInfo or certificate, PEM or DER")
        Path ak = Path.of("");

        @Option(
                names = "--quote",
                required = true,
                paramLabel = "FILE",
                description = "TPMS_ATTEST, or TPM2B_ATTEST (tpm2_quote --message)")
        Path quote = Path.of("");

        @Option(
                names = "--signature",
                required = true,
                paramLabel = "FILE",
                description = "TPMT_SIGNATURE, or the plain signature (tpm2_quote --signature)")
        Path signature = Path.of("");

        @Option(
                names = "--nonce",
                required = true,
                paramLabel = "HEX",
                description = "what the TPM was asked to sign along, all of extraData")
        String nonce = "";

        @Option(
                names = "--pcrs",
                paramLabel = "FILE",
                description =
                        "the values: as tpm2_quote --pcr or tpm2_pcrread --output write them (serialized or values),"
                                + " what tpm2_pcrread prints, or JSON {\"sha256\":{\"0\":HEX}}")
        Optional<Path> pcrs = Optional.empty();

        @Option(
                names = "--log",
                paramLabel = "FILE",
                description = "the event log; it must lead to every quoted value. Without --pcrs it gives the values")
        Optional<Path> log = Optional.empty();

        @Option(
                names = "--select",
                paramLabel = "PCRS",
                description = "exactly what was asked for, as in sha256:0-7,14 or sha1:0-7+sha256:0-15. Without it any"
                        + " registers will do, each in a bank of SHA-256 or stronger: then see yourself which they are")
        Optional<String> select = Optional.empty();

        @Option(
                names = "--scheme",
                paramLabel = "SCHEME",
                description =
                        "the one scheme the key signs in, as in rsassa-sha256, rsapss-sha384 or ecdsa-sha256. A TPM"
                                + " key knows its own; a bare key may use any of its kind with SHA-256 or stronger, and its plain"
                                + " signature is taken for rsassa-sha256 or ecdsa-sha256")
        Optional<String> scheme = Optional.empty();

        @Option(names = "--allow-sha1", description = "let SHA-1 count as bank and in signatures: old hardware only")
        boolean allowSha1;

        @Option(
                names = "--require-attributes",
                description = "also ask whether the key is restricted and fixed to its TPM; of a bare key that is"
                        + " undecided")
        boolean requireAttributes;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Verify that a quote is signed by this key, answers this nonce, selects what was asked, and covers these"
                        + " values and this log.",
                "",
                "Each question yields one finding: held, broken or undecided. The key's attributes are asked for when the"
                        + " file tells them (TPM2B_PUBLIC, TPMT_PUBLIC). A PEM or DER key cannot tell them, so that"
                        + " question is listed below notAsked: trust such a key only if it comes from your own enrolment."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:every finding holds",
                "1:a finding is broken or undecided",
                "2:a file or option cannot be used"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo quote verify --ak ak.pub --quote quote.msg --signature quote.sig --nonce 8d3c… \\",
                "      --pcrs quote.pcrs --select sha256:0-9,11-15",
                "  sigillo quote verify --ak ak.pem --quote quote.msg --signature quote.sig --nonce 8d3c… \\",
                "      --log /sys/kernel/security/tpm0/binary_bios_measurements --select sha256:0-7 --output table"
            })
    int verify(@Mixin Inputs inputs, @Mixin Output output) {
        EvidenceKey file = EvidenceFile.read(inputs.ak, KeyFile.MAX_SIZE, KeyFile::read);
        AttestationKey key = key(inputs, file);
        Bytes attest = EvidenceFile.read(inputs.quote, MAX_STRUCTURE, Attest::unwrap);
        Bytes signature = EvidenceFile.read(
                inputs.signature, MAX_STRUCTURE, bytes -> SignatureFile.framed(bytes, key, scheme(inputs)));
        Asked asked = inputs.select
                .map(Typed.as("--select", PcrSelection::parseText))
                .map(selections -> (Asked) new Asked.Exactly(selections))
                .orElseGet(() -> new Asked.Anything());
        QuoteRequest request =
                QuoteRequest.of(key, Typed.hex("--nonce", inputs.nonce), asked).sha1(inputs.allowSha1);
        Optional<ParsedLog> log = inputs.log.map(path -> EvidenceFile.read(path, EventLog.MAX_SIZE, EventLog::parse));
        QuoteVerdict verdict = QuoteVerdict.of(attest, signature, request, inputs.pcrs, log, inputs.requireAttributes);
        return new Judged(context).show(output, verdict.findings(), verdict.json(Json.newObject()));
    }

    private static AttestationKey key(Inputs inputs, EvidenceKey file) {
        try {
            AttestationKey key = AttestationKey.of(file);
            if (inputs.allowSha1) {
                key = key.signing(
                        List.of(HashAlgorithm.SHA1, HashAlgorithm.SHA256, HashAlgorithm.SHA384, HashAlgorithm.SHA512));
            }
            Optional<SignatureScheme> scheme = scheme(inputs);
            return scheme.isPresent() ? key.signing(scheme.get()) : key;
        } catch (MalformedException malformed) {
            throw Failure.usage(inputs.ak + " is unusable: " + malformed.getMessage() + ".");
        }
    }

    private static Optional<SignatureScheme> scheme(Inputs inputs) {
        return inputs.scheme.map(Typed.as("--scheme", SignatureScheme::parseText));
    }
}
