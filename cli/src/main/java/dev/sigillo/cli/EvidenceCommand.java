package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.BootImage;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.KeyFile;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.attest.PolicyJudge;
import dev.sigillo.attest.PolicyQuestion;
import dev.sigillo.attest.PolicyVerdict;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ImaList;
import dev.sigillo.evidence.EvidenceFormats;
import dev.sigillo.evidence.JudgedEvidence;
import dev.sigillo.evidence.ManifestSetJson;
import dev.sigillo.evidence.PolicyFile;
import dev.sigillo.evidence.PolicyVerdictJson;
import dev.sigillo.evidence.Token;
import dev.sigillo.evidence.TokenClaims;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sigillo evidence}: quotes and logs of any machine, without a server. */
@Command(
        name = "evidence",
        mixinStandardHelpOptions = true,
        description = "Judge the evidence of any machine: quotes, event log, IMA list.",
        footer = {
            "",
            "Examples:",
            "  sigillo evidence verify evidence.json --policy debian --nonce 5f3a…",
            "  sigillo evidence verify attestation.pb --policy gce-shielded --output json"
        })
final class EvidenceCommand {
    private static final int MAX_CERTIFICATES = 1 << 20;
    private static final int MAX_MANIFEST = 32 << 20;
    private static final int MAX_KEY = 1 << 16;

    private final Context context;

    EvidenceCommand(Context context) {
        this.context = context;
    }

    /** A file, read once: it may be a pipe. */
    private record Read(Digest hash, MachineEvidence evidence) {
        static Read of(Bytes bytes) throws MalformedException {
            return new Read(Digest.of(HashAlgorithm.SHA256, bytes), EvidenceFormats.read(bytes));
        }
    }

    /** What the verifier has beside the evidence. */
    static final class Beside {
        @Option(
                names = "--reference",
                paramLabel = "MANIFEST",
                description = "reference manifest to compare every event with; of several states the nearest counts")
        Optional<Path> reference = Optional.empty();

        @Option(names = "--nonce", paramLabel = "HEX", description = "what the quote must hold as extraData")
        Optional<String> nonce = Optional.empty();

        @Option(
                names = "--at",
                paramLabel = "TIME",
                description = "judge as of this time, such as 2026-11-25T12:00:00Z")
        Optional<String> at = Optional.empty();

        @Option(
                names = "--certificates",
                paramLabel = "FILE",
                description = "issuers that the evidence lacks, DER or PEM; they are not trusted, only tried")
        List<Path> certificates = List.of();

        @Option(
                names = "--ak",
                paramLabel = "FILE",
                description = "the AK, where the evidence has none or another must not count: PEM, DER or TPM2B_PUBLIC")
        Optional<Path> ak = Optional.empty();

        @Option(names = "--log", paramLabel = "FILE", description = "event log, where the evidence has none")
        Optional<Path> log = Optional.empty();

        @Option(names = "--ima", paramLabel = "FILE", description = "IMA list, where the evidence has none")
        Optional<Path> ima = Optional.empty();

        /** What --ak holds, read once: it may be a pipe. */
        private Optional<EvidenceKey> known = Optional.empty();

        PolicyQuestion question(MachineEvidence evidence) {
            return new PolicyQuestion(
                    nonce.map(Typed::nonce),
                    reference.map(file -> EvidenceFile.read(file, MAX_MANIFEST, ManifestSetJson::read)
                            .nearest(evidence)
                            .manifest()),
                    certificates.stream()
                            .flatMap(file -> EvidenceFile.read(file, MAX_CERTIFICATES, Certificates::parse).stream())
                            .toList(),
                    at.map(Typed::time).orElseGet(Instant::now),
                    known);
        }

        MachineEvidence complete(MachineEvidence evidence) {
            MachineEvidence all = evidence;
            known = ak.map(file -> EvidenceFile.read(file, KeyFile.MAX_SIZE, KeyFile::read));
            if (known.isPresent()) {
                all = all.withAk(known.get().with(evidence.ak()));
            }
            if (log.isPresent()) {
                if (!evidence.eventLog().isEmpty()) {
                    throw Failure.usage("--log: the evidence has an event log of its own.");
                }
                all = all.withEventLog(EvidenceFile.read(log.get(), EventLog.MAX_SIZE, bytes -> bytes));
            }
            if (ima.isPresent()) {
                if (!evidence.imaList().isEmpty()) {
                    throw Failure.usage("--ima: the evidence has an IMA list of its own.");
                }
                all = all.withImaList(EvidenceFile.read(ima.get(), ImaList.MAX_SIZE, bytes -> bytes));
            }
            return all;
        }
    }

    /** A token for who asks next. */
    static final class TokenOptions {
        @Option(names = "--token-out", paramLabel = "FILE", description = "write a signed token, if the verdict passes")
        Optional<Path> out = Optional.empty();

        @Option(
                names = "--signing-key",
                paramLabel = "FILE",
                description = "the token's key: PKCS#8 in PEM, P-256, Ed25519 or RSA")
        Optional<Path> key = Optional.empty();

        @Option(names = "--issuer", paramLabel = "URI", description = "iss of the token; by default sigillo")
        String issuer = "sigillo";

        @Option(names = "--lifetime", paramLabel = "MINUTES", description = "how long the token counts; by default 60")
        int minutes = 60;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Judge evidence by a policy: a profile's name, or a file.",
                "Reads sigillo-evidence-1 and -2, go-tpm-tools, go-attestation, Trustee, azure-cvm-tooling, Keylime."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:every check of the policy holds",
                "1:a check is broken, or cannot be decided",
                "2:evidence, policy or key cannot be used"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo evidence verify evidence.json --policy debian --nonce 5f3a…",
                "  sigillo evidence verify evidence.json --policy learned.yaml --reference manifest.json",
                "  sigillo evidence verify evidence.json --policy any-linux --images /mnt/disk --output json",
                "  sigillo evidence verify evidence.json --policy azure-trusted-launch --certificates azure-intermediate.crt",
                "  sigillo evidence verify evidence.json --policy debian --nonce 5f3a… --token-out t.jwt --signing-key k.pem"
            })
    int verify(
            @Parameters(paramLabel = "FILE", description = "the evidence") Path file,
            @Option(
                            names = "--policy",
                            required = true,
                            paramLabel = "NAME|FILE",
                            description = "profile or policy file")
                    String policyName,
            @Mixin Beside beside,
            @Option(
                            names = "--images",
                            paramLabel = "DIR",
                            description =
                                    "look here for the files that were booted (a folder, or the root of a system):"
                                            + " who signed each, which entry let it in, its SBAT")
                    Optional<Path> images,
            @Mixin TokenOptions token,
            @Mixin Output output) {
        if (token.out.isPresent() != token.key.isPresent()) {
            throw Failure.usage("--token-out and --signing-key belong together; one of them is missing.");
        }
        PolicyFile policy = PolicySource.load(policyName);
        Read read = EvidenceFile.read(file, EvidenceFormats.MAX_SIZE, Read::of);
        MachineEvidence evidence = beside.complete(read.evidence());
        images.ifPresent(ImageFolder::require);
        PolicyQuestion asked = beside.question(evidence);
        PolicyQuestion question = images.map(folder -> asked.withImages(facts -> ImageFolder.match(facts, folder)))
                .orElse(asked);
        PolicyVerdict verdict = PolicyJudge.judge(evidence, policy.policy(), question);
        JudgedEvidence judged = new JudgedEvidence(verdict, evidence, read.hash(), policy, question);
        if (token.out.isPresent() && verdict.passing()) {
            write(judged, token);
        }
        show(judged, images.isPresent(), output);
        if (token.out.isPresent() && !verdict.passing()) {
            context.console().err().println("No token was written: the verdict does not pass.");
        }
        return verdict.passing() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private void write(JudgedEvidence judged, TokenOptions token) {
        if (token.minutes < 1 || token.minutes > 24 * 60) {
            throw Failure.usage("--lifetime " + token.minutes + ": 1 to 1440 minutes expected.");
        }
        TokenClaims claims =
                TokenClaims.of(judged, token.issuer, judged.question().at(), Duration.ofMinutes(token.minutes));
        String text = EvidenceFile.read(token.key.orElseThrow(), MAX_KEY, key -> Token.issue(claims, key));
        OutputFile.write(token.out.orElseThrow(), Bytes.utf8(text + "\n"));
    }

    /** Who trusted what, in a line. */
    private static String booted(BootImage image) {
        return "booted: " + image.name()
                + image.authorisedBy().map(by -> ", let in by " + by.text()).orElse("")
                + image.signer().map(signer -> ", signed by " + signer).orElse("")
                + image.file().map(file -> ", " + file).orElse(", no file of its digest found")
                + (image.revokedBy().isEmpty() ? "" : ", REVOKED by " + String.join("; ", image.revokedBy()));
    }

    private void show(JudgedEvidence judged, boolean withImages, Output output) {
        JsonNode json = Json.MAPPER.readTree(PolicyVerdictJson.write(judged));
        Findings findings = new Findings(json);
        Subjects subjects = judged.verdict().facts().map(Subjects::of).orElseGet(() -> Subjects.of(Stream.of()));
        Table table = new Table("OUTCOME", "CHECK", "COMPONENT", "WHY");
        List<JsonNode> failures = findings.all().stream()
                .filter(finding -> !Findings.held(finding))
                .toList();
        failures.forEach(finding -> table.row(
                context.console().red(Findings.outcome(finding)),
                Fields.text(finding, "check"),
                Fields.text(finding, "component"),
                subjects.shortened(Findings.reason(finding))));
        findings.all().stream()
                .filter(Findings::held)
                .forEach(finding -> table.row(
                        context.console().green(Findings.outcome(finding)),
                        Fields.text(finding, "check"),
                        Fields.text(finding, "component"),
                        ""));
        if (context.isTable(output.format)) {
            String passing = findings.passing()
                    ? context.console().green("holds")
                    : context.console()
                            .red(failures.size() + " of " + findings.all().size() + " checks fail");
            context.console()
                    .out()
                    .println(
                            Fields.text(json, "format") + " by policy " + Fields.text(json, "policy") + ": " + passing);
            json.path("notAsked").forEach(open -> context.console().out().println("not asked: " + open.asString()));
            json.path("facts")
                    .path("remarks")
                    .forEach(remark -> context.console()
                            .out()
                            .println("remark: " + Fields.safe(subjects.shortened(remark.asString()))));
            if (withImages) {
                judged.verdict()
                        .facts()
                        .ifPresent(facts -> facts.bootImages()
                                .forEach(image -> context.console()
                                        .out()
                                        .println(Fields.safe(subjects.shortened(booted(image))))));
            }
        }
        context.show(
                output.format,
                table,
                json,
                failures.stream().map(finding -> Fields.text(finding, "check")).toList());
    }
}
