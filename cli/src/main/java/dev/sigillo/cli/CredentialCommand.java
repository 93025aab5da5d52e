package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.AttestationKey;
import dev.sigillo.attest.EvidenceKey;
import dev.sigillo.attest.KeyFile;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.Credential;
import dev.sigillo.tpm.CredentialBlob;
import dev.sigillo.tpm.KeyTemplate;
import dev.sigillo.tpm.TpmPublic;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo credential}: the question that only one TPM can answer. */
@Command(
        name = "credential",
        mixinStandardHelpOptions = true,
        description = "Make a credential: the proof that an AK lives in the TPM of an EK.",
        footer = {
            "",
            "Example:",
            "  sigillo credential make --ek ek.crt --ak ak.pub --secret secret.bin --out credential.bin"
        })
final class CredentialCommand {
    private static final int MAX_SECRET = 64;

    private final Context context;

    CredentialCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "make",
            mixinStandardHelpOptions = true,
            description = {
                "Encrypt a secret so that only the TPM with this EK gives it back, and only to the key with this Name"
                        + " (TPM2_MakeCredential). The file is what tpm2_activatecredential takes.",
                "",
                "Verify the EK first (sigillo ek verify). Use each secret once, let it expire, and compare what comes back"
                        + " in constant time."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {"0:made", "2:a file or option cannot be used"},
            footer = {
                "",
                "Examples:",
                "  head -c 32 /dev/urandom > secret.bin",
                "  sigillo credential make --ek ek.crt --ak ak.pub --secret secret.bin --out credential.bin",
                "  sigillo credential make --ek ek.pub --ak 000b5e1f… --secret secret.bin --out credential.bin"
            })
    int make(
            @Option(
                            names = "--ek",
                            required = true,
                            paramLabel = "FILE",
                            description =
                                    "EK: TPM2B_PUBLIC, TPMT_PUBLIC, or its certificate or public key, which stand for"
                                            + " the template of the TCG's profile")
                    Path ekFile,
            @Option(
                            names = "--ak",
                            required = true,
                            paramLabel = "NAME|FILE",
                            description = "the AK's Name in hexadecimal, or a file with the Name, TPM2B_PUBLIC or"
                                    + " TPMT_PUBLIC")
                    String ak,
            @Option(
                            names = "--secret",
                            required = true,
                            paramLabel = "FILE",
                            description = "the secret's bytes; at most as many as the hash of the EK's Name has")
                    Path secretFile,
            @Option(
                            names = "--out",
                            paramLabel = "FILE",
                            description = "the credential; without it, JSON has it in Base64")
                    Optional<Path> out,
            @Mixin Output output) {
        TpmPublic ek = EvidenceFile.read(ekFile, KeyFile.MAX_SIZE, CredentialCommand::ek);
        Bytes name = name(ak);
        Bytes secret = EvidenceFile.read(secretFile, MAX_SECRET, bytes -> bytes);
        int most = ek.nameAlgorithm().size();
        if (secret.isEmpty() || secret.size() > most) {
            throw Failure.usage("%s has %d bytes; 1 to %d fit this EK.".formatted(secretFile, secret.size(), most));
        }
        Bytes file;
        try {
            CredentialBlob blob = Credential.make(ek, name, secret, new SecureRandom());
            file = blob.toFile();
        } catch (MalformedException unfit) {
            throw Failure.usage(ekFile + " is no EK that a credential can be made for: " + unfit.getMessage() + ".");
        }
        ObjectNode json = Json.newObject()
                .put("ek", ek.name().hex())
                .put("ak", name.hex())
                .put("bytes", file.size());
        Table table = new Table("EK", "AK", "CREDENTIAL");
        if (out.isPresent()) {
            OutputFile.write(out.get(), file);
            json.put("out", out.get().toString());
            table.row(ek.name().hex(), name.hex(), out.get().toString());
        } else {
            json.put("credential", file.base64());
            table.row(ek.name().hex(), name.hex(), file.base64());
        }
        context.show(output.format, table, json, List.of(name.hex()));
        return ExitCode.DONE;
    }

    private static TpmPublic ek(Bytes file) throws MalformedException {
        EvidenceKey key = KeyFile.read(file);
        if (key.tpmPublic().isPresent()) {
            return key.tpmPublic().get();
        }
        return KeyTemplate.ek(AttestationKey.of(key).parameters());
    }

    private static Bytes name(String text) {
        if (Files.isRegularFile(Path.of(text))) {
            return EvidenceFile.read(
                    Path.of(text),
                    KeyFile.MAX_SIZE,
                    file -> isName(file) ? file : TpmPublic.parseFile(file).name());
        }
        try {
            Bytes name = Bytes.fromHex(text);
            if (isName(name)) {
                return name;
            }
            throw new IllegalArgumentException(name.size() + " bytes that begin with no hash algorithm of their size");
        } catch (IllegalArgumentException wrong) {
            throw Failure.usage("--ak: neither a file nor a Name (" + wrong.getMessage()
                    + "); a Name is 000b and 32 bytes, or 000c and 48, in hexadecimal.");
        }
    }

    /** TPM2B_NAME's contents: u16 nameAlg and a digest of it. */
    private static boolean isName(Bytes name) {
        return name.size() > 2
                && HashAlgorithm.fromTpmId((name.at(0) << 8) | name.at(1))
                        .filter(hash -> name.size() == 2 + hash.size())
                        .isPresent();
    }
}
