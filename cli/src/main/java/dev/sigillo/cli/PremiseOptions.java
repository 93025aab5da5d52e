package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.SbatLevels;
import dev.sigillo.attest.TrustDatabase;
import dev.sigillo.attest.TrustFiles;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.PolicyFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Optional;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** What a rehearsal takes to be in force, and how the API is told: read here first, so that a bad file costs no request. */
final class PremiseOptions {
    /** The API takes 4 MiB of JSON, and Base64 makes four bytes of three. */
    private static final int MOST = (3 << 20) - (64 << 10);

    @Option(
            names = "--dbx",
            paramLabel = "FILE",
            description = "a dbx update, signature list, certificate, varstore, or text of SHA-256 digests")
    private Optional<Path> dbx = Optional.empty();

    @Option(
            names = "--sbat",
            paramLabel = "LEVEL",
            description = "an SBAT level: the date of a published one, its lines as \"shim,4 grub,6\", or a file")
    private Optional<String> sbat = Optional.empty();

    @Option(names = "--image", paramLabel = "VERSION", description = "a node image; sigillo image list names them")
    private Optional<String> image = Optional.empty();

    @Option(names = "--policy", paramLabel = "FILE|PROFILE", description = "a policy, or a profile by its name")
    private Optional<String> policy = Optional.empty();

    /** @throws Failure with exit code 2 if what was named is unusable */
    ObjectNode body() {
        ObjectNode body = Json.newObject();
        dbx.ifPresent(file -> body.putObject("dbx")
                .put("name", String.valueOf(file.getFileName()))
                .put("content", dbx(file).base64()));
        sbat.ifPresent(level -> body.put("sbatLevel", sbat(level)));
        image.ifPresent(version -> body.put("nodeImageVersion", version));
        policy.ifPresent(source -> policy(source, body.putObject("policy")));
        return body;
    }

    private static Bytes dbx(Path file) {
        return EvidenceFile.read(file, MOST, bytes -> {
            TrustFiles.parse(bytes, TrustDatabase.DBX);
            return bytes;
        });
    }

    private static String sbat(String level) {
        try {
            String text = isFile(level) ? lines(Path.of(level)) : level;
            SbatLevels.read(text);
            return text;
        } catch (MalformedException malformed) {
            throw Failure.usage("--sbat: " + malformed.getMessage() + ".");
        }
    }

    private static boolean isFile(String text) {
        try {
            return Files.isRegularFile(Path.of(text));
        } catch (InvalidPathException notOne) {
            return false;
        }
    }

    private static String lines(Path file) {
        return SbatLevels.text(EvidenceFile.read(file, MOST, TrustFiles::sbatLevel));
    }

    private static void policy(String source, ObjectNode body) {
        ObjectNode files = Json.newObject();
        long[] size = {0};
        PolicyFile.Files beside = PolicySource.filesOf(source);
        Bytes text = PolicySource.text(source);
        try {
            PolicyFile.read(text, name -> {
                Bytes content = beside.read(name);
                files.put(name, content.base64());
                size[0] += content.size();
                return content;
            });
        } catch (PolicyFile.Refused refused) {
            throw Failure.usage(PolicySource.told(source, refused.problems()));
        }
        if (size[0] + text.size() > MOST) {
            throw Failure.usage("%s and the files that it names have %d bytes; the API takes %d."
                    .formatted(source, size[0] + text.size(), MOST));
        }
        body.put("text", text.utf8()).set("files", files);
    }
}
