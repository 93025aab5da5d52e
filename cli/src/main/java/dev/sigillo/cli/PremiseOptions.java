package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.attest.Premise;
import dev.sigillo.attest.SbatLevels;
import dev.sigillo.attest.TrustFiles;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.PolicyFile;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
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
    private String dbx = "";

    @Option(
            names = "--sbat",
            paramLabel = "LEVEL",
            description = "an SBAT level: the date of a published one, its lines as \"shim,4 grub,6\", or a file")
    private String sbat = "";

    @Option(names = "--image", paramLabel = "VERSION", description = "a node image; sigillo image list names them")
    private String image = "";

    @Option(names = "--policy", paramLabel = "FILE|PROFILE", description = "a policy, or a profile by its name")
    private String policy = "";

    /** @throws Failure with exit code 2 if what was named is unusable */
    ObjectNode body() {
        ObjectNode body = Json.newObject();
        if (!dbx.isEmpty()) {
            Path file = Path.of(dbx);
            body.putObject("dbx")
                    .put("name", String.valueOf(file.getFileName()))
                    .put("content", dbx(file).base64());
        } else if (!sbat.isEmpty()) {
            body.put("sbatLevel", sbat(sbat));
        } else if (!image.isEmpty()) {
            body.put("nodeImageVersion", image);
        } else if (!policy.isEmpty()) {
            policy(policy, body.putObject("policy"));
        } else {
            throw Failure.usage("--dbx, --sbat, --image or --policy names nothing; give one of them a value.");
        }
        return body;
    }

    private static Bytes dbx(Path file) {
        return EvidenceFile.read(file, MOST, bytes -> {
            Premise.Dbx.read(String.valueOf(file.getFileName()), bytes);
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
