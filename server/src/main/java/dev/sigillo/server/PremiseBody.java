package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.StrictKeys;
import dev.sigillo.attest.Premise;
import dev.sigillo.attest.SbatLevels;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.evidence.PolicyFile;
import dev.sigillo.evidence.Problem;
import dev.sigillo.image.NodeImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a rehearsal is asked for: exactly one of {@code dbx} ({@code name}, {@code content} in Base64, in any form that
 * {@link Premise.Dbx#read} takes), {@code sbatLevel} (text, as {@link SbatLevels#read} takes it), {@code nodeImageVersion},
 * {@code policy} ({@code text}, and {@code files} that it names, by name in Base64).
 */
final class PremiseBody {
    private static final String DBX = "dbx";
    private static final String SBAT = "sbatLevel";
    private static final String IMAGE = "nodeImageVersion";
    private static final String POLICY = "policy";
    private static final int MOST_NAME = 200;
    private static final int SHOWN_PROBLEMS = 20;

    private final Function<String, Optional<NodeImage>> images;

    PremiseBody(Function<String, Optional<NodeImage>> images) {
        this.images = images;
    }

    /** @throws ArmException INVALID_PARAMETER, saying what was there and what would be right */
    Premise read(ObjectNode body) {
        requireKeys(body, Set.of(DBX, SBAT, IMAGE, POLICY), "the request");
        if (body.size() != 1) {
            throw ArmError.INVALID_PARAMETER.because(
                    "A rehearsal takes exactly one of dbx, sbatLevel, nodeImageVersion and policy; the request has %d of them.",
                    body.size());
        }
        String key = body.propertyNames().iterator().next();
        return switch (key) {
            case DBX -> dbx(object(body, DBX));
            case SBAT -> sbat(text(body, SBAT, SBAT));
            case IMAGE -> image(text(body, IMAGE, IMAGE));
            default -> policy(object(body, POLICY));
        };
    }

    private static Premise dbx(ObjectNode dbx) {
        requireKeys(dbx, Set.of("name", "content"), DBX);
        String name = dbx.has("name") ? text(dbx, "name", "dbx.name") : "the dbx update";
        if (name.length() > MOST_NAME) {
            throw ArmError.INVALID_PARAMETER.at(
                    "dbx.name", "dbx.name has %d characters; at most %d are taken.", name.length(), MOST_NAME);
        }
        Bytes content = base64(text(dbx, "content", "dbx.content"), "dbx.content");
        try {
            return Premise.Dbx.read(name, content);
        } catch (MalformedException malformed) {
            throw ArmError.INVALID_PARAMETER.at(
                    "dbx.content",
                    "dbx.content is unusable: %s. A dbx update, signature list, certificate, varstore or text of SHA-256 digests is taken.",
                    Routes.printable(String.valueOf(malformed.getMessage())));
        }
    }

    private static Premise sbat(String level) {
        try {
            return new Premise.SbatLevel(SbatLevels.read(level));
        } catch (MalformedException malformed) {
            throw ArmError.INVALID_PARAMETER.at(
                    SBAT, "sbatLevel is unusable: %s.", Routes.printable(String.valueOf(malformed.getMessage())));
        }
    }

    private Premise image(String version) {
        NodeImage image = images.apply(version)
                .orElseThrow(() -> ArmError.INVALID_PARAMETER.at(
                        IMAGE,
                        "There is no node image '%s' on this host; sigillo image list names those there are.",
                        Routes.printable(version)));
        try {
            return new Premise.NodeImage(
                    image.manifest(true, true),
                    image.manifest(false, true),
                    Digest.sha256(Files.readAllBytes(image.firmwareCode())));
        } catch (IOException e) {
            throw new UncheckedIOException("the firmware of " + image.version() + " cannot be read", e);
        }
    }

    private static Premise policy(ObjectNode policy) {
        requireKeys(policy, Set.of("text", "files"), POLICY);
        JsonNode files = policy.path("files");
        try {
            return new Premise.Asked(
                    PolicyFile.read(Bytes.utf8(text(policy, "text", "policy.text")), name -> file(files, name))
                            .policy());
        } catch (PolicyFile.Refused refused) {
            throw ArmError.INVALID_PARAMETER.at(
                    "policy.text", "policy.text is no policy: %s.", told(refused.problems()));
        }
    }

    private static String told(List<Problem> problems) {
        return problems.stream()
                .limit(SHOWN_PROBLEMS)
                .map(problem -> Routes.printable(problem.toString()))
                .collect(Collectors.joining("; "));
    }

    private static Bytes file(JsonNode files, String name) throws MalformedException {
        JsonNode content = files.path(name);
        if (!content.isString()) {
            throw new MalformedException(name, 0, "policy.files does not have it");
        }
        return base64(content.asString(), "policy.files");
    }

    private static void requireKeys(ObjectNode node, Set<String> known, String at) {
        List<String> problems = StrictKeys.problems(node, known, at);
        if (!problems.isEmpty()) {
            throw ArmError.INVALID_PARAMETER.because("%s.", Routes.printable(problems.getFirst()));
        }
    }

    private static ObjectNode object(ObjectNode body, String name) {
        JsonNode value = body.path(name);
        if (value instanceof ObjectNode object) {
            return object;
        }
        throw ArmError.INVALID_PARAMETER.at(name, "%s must be an object, and is a %s.", name, Json.nameOf(value));
    }

    private static String text(ObjectNode body, String name, String at) {
        JsonNode value = body.path(name);
        if (!value.isString()) {
            throw ArmError.INVALID_PARAMETER.at(at, "%s must be a string, and is a %s.", at, Json.nameOf(value));
        }
        return value.asString();
    }

    private static Bytes base64(String text, String at) {
        try {
            return Bytes.fromBase64(text);
        } catch (IllegalArgumentException e) {
            throw ArmError.INVALID_PARAMETER.at(at, "%s is not Base64.", at);
        }
    }
}
