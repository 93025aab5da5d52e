package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.evidence.Token;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo token}: verdicts that somebody else signed. */
@Command(
        name = "token",
        mixinStandardHelpOptions = true,
        description = "Check attestation tokens, as sigillo evidence verify --token-out writes them.",
        footer = {"", "Example:", "  sigillo token verify verdict.jwt --key issuer.pem --nonce 5f3a…"})
final class TokenCommand {
    private static final int MAX_KEYS = 1 << 20;

    private final Context context;

    TokenCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Check a token's signature, times and nonce, and show its claims.",
                "The key decides which algorithm it must be; the token has no say."
            },
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:the token counts",
                "1:it does not: another key or algorithm, unsigned, expired, another nonce",
                "2:the file is no token, or the key none"
            },
            footer = {
                "",
                "Examples:",
                "  sigillo token verify verdict.jwt --key issuer.pem --nonce 5f3a…",
                "  sigillo token verify verdict.jwt --key jwks.json --at 2026-11-25T12:00:00Z"
            })
    int verify(
            @Parameters(paramLabel = "FILE", description = "the token") Path file,
            @Option(
                            names = "--key",
                            required = true,
                            paramLabel = "FILE",
                            description = "the issuer's public key: PEM (key or certificate) or a JWK set")
                    Path key,
            @Option(names = "--nonce", paramLabel = "HEX", description = "what eat_nonce must be")
                    Optional<String> nonce,
            @Option(names = "--at", paramLabel = "TIME", description = "check as of this time") Optional<String> at,
            @Mixin Output output) {
        Bytes keys = EvidenceFile.read(key, MAX_KEYS, bytes -> bytes);
        Optional<Bytes> asked = nonce.map(Typed::nonce);
        Instant when = at.map(Typed::time).orElseGet(Instant::now);
        Token.Checked checked =
                EvidenceFile.read(file, Token.MAX_SIZE, bytes -> Token.check(bytes.utf8(), keys, asked, when));
        ObjectNode json = Json.newObject().put("valid", checked.refusal().isEmpty());
        checked.refusal().ifPresent(why -> json.put("reason", why));
        Table table = new Table("CLAIM", "VALUE");
        checked.refusal().ifPresent(why -> table.row(context.console().red("refused"), Fields.safe(why)));
        checked.claims().ifPresent(claims -> {
            JsonNode tree = Json.MAPPER.readTree(claims);
            json.set("claims", tree);
            tree.properties()
                    .forEach(claim -> table.row(
                            Fields.safe(claim.getKey()),
                            Fields.safe(
                                    claim.getValue().isString()
                                            ? claim.getValue().asString()
                                            : claim.getValue().toString())));
        });
        context.show(output.format, table, json, List.of(checked.refusal().orElse("valid")));
        return checked.refusal().isEmpty() ? ExitCode.DONE : ExitCode.FAILED;
    }
}
