package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.CertificateFile;
import dev.sigillo.attest.EkCheck;
import dev.sigillo.attest.EkFacts;
import dev.sigillo.attest.EkRequest;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.KeyFile;
import dev.sigillo.bytes.Bytes;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo ek}: a TPM's endorsement key certificate, without a server. */
@Command(
        name = "ek",
        mixinStandardHelpOptions = true,
        description = "Verify a TPM's endorsement key certificate.",
        footer = {
            "",
            "Examples:",
            "  tpm2_nvread 0x01c00002 > ek.crt",
            "  sigillo ek verify --cert ek.crt --roots /etc/sigillo/tpm-roots"
        })
final class EkCommand {
    private final Context context;

    EkCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Verify that a certificate is an EK's: a valid path to a root, the usage of an endorsement key, a name, a"
                        + " strong key.",
                "",
                "The file may be PEM, DER, or an NV index as it was read: padded with 00 or ff, with the header that TPMs"
                        + " of the time of 1.2 put in front. What stood around the certificate is told as a quirk.",
                "The certificate says which TPM the key is in. That the TPM is in a certain machine, only credential"
                        + " activation shows: sigillo credential make."
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
                "  sigillo ek verify --cert ek.crt --roots tpm-roots --intermediates tpm-intermediates",
                "  sigillo ek verify --cert ek.crt --roots tpm-roots --ek ek.pub --require-eku --at 2026-01-01T00:00:00Z"
            })
    int verify(
            @Option(names = "--cert", required = true, paramLabel = "FILE", description = "the EK certificate")
                    Path file,
            @Option(
                            names = "--roots",
                            required = true,
                            paramLabel = "DIR",
                            description =
                                    "CA certificates to trust, within what they say of themselves; a folder of PEM or DER files, or one"
                                            + " file")
                    Path roots,
            @Option(
                            names = "--intermediates",
                            paramLabel = "DIR",
                            description = "CA certificates that may stand between, but are not trusted by themselves")
                    Optional<Path> intermediates,
            @Option(
                            names = "--ek",
                            paramLabel = "FILE",
                            description =
                                    "the key that the certificate must name: TPM2B_PUBLIC, TPMT_PUBLIC, PEM or DER")
                    Optional<Path> ek,
            @Option(
                            names = "--require-eku",
                            description =
                                    "refuse a certificate without extended key usage 2.23.133.8.1; some CAs leave it"
                                            + " out, Google's pca_tpm_* among them")
                    boolean requireEku,
            @Option(names = "--allow-sha1", description = "let certificates be signed with SHA-1") boolean allowSha1,
            @Option(names = "--at", paramLabel = "TIME", description = "judge as of this time, by default now")
                    Optional<String> at,
            @Mixin Output output) {
        CertificateFile certificate = EvidenceFile.read(file, KeyFile.MAX_SIZE, CertificateFile::read);
        CertificateFolder trusted = CertificateFolder.read(roots);
        List<Bytes> between = new ArrayList<>(certificate.others());
        intermediates.ifPresent(
                folder -> between.addAll(CertificateFolder.read(folder).authorities()));
        Optional<EvidenceKey> key = ek.map(path -> EvidenceFile.read(path, KeyFile.MAX_SIZE, KeyFile::read));
        EkCheck.Outcome outcome = EkCheck.judge(
                certificate.certificate(),
                new EkRequest(
                        trusted.authorities(),
                        between,
                        requireEku,
                        key,
                        allowSha1,
                        at.map(Typed::time).orElseGet(Instant::now)));
        ObjectNode json = Json.newObject();
        ArrayNode quirks = json.putArray("quirks");
        certificate.quirks().forEach(quirks::add);
        ArrayNode path = json.putArray("path");
        outcome.path().forEach(path::add);
        ArrayNode ignored = json.putArray("ignoredRoots");
        trusted.ignored().forEach(ignored::add);
        outcome.facts().ifPresent(facts -> put(json.putObject("certificate"), facts));
        return new Judged(context).show(output, outcome.findings(), json);
    }

    private static void put(ObjectNode json, EkFacts facts) {
        json.put("subject", facts.subject())
                .put("issuer", facts.issuer())
                .put("serial", facts.serial())
                .put("tpmManufacturer", facts.manufacturer())
                .put("tpmModel", facts.model())
                .put("tpmVersion", facts.version());
    }
}
