package dev.sigillo.cli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import tools.jackson.databind.JsonNode;

/** {@code sigillo rotate}: what signs in this home, made anew while all runs. */
@Command(
        name = "rotate",
        mixinStandardHelpOptions = true,
        description = {
            "Have another key sign from now on, for the server, for vTPMs, or for tokens. No node loses its place:",
            "what was signed before counts until it is gone. For Owners of the subscription.",
            "A cluster's own authorities: az aks rotate-certs."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:another one signs", "1:refused", "4:no server runs"},
        footer = {"", "Examples:", "  sigillo rotate server", "  sigillo rotate fleet --output json"})
final class RotateCommand {
    private static final String OF_BEFORE =
            "Machines of before rely on the former one for life: the next upgrade of their pool's node image replaces them,"
                    + " or az aks rotate-certs all of a cluster.";

    private final Context context;

    RotateCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "server",
            mixinStandardHelpOptions = true,
            description = {
                "Another server CA: new machines check the server by it from now on, clients an hour later.",
                "ca.pem in the home holds both for that hour. Machines of before know the former one for life."
            },
            footer = {"", "Example:", "  sigillo rotate server"})
    int server(@Mixin Output output) {
        return rotate("server", output, "Clients with a copy of ca.pem need the new file within an hour. " + OF_BEFORE);
    }

    @Command(
            name = "fleet",
            mixinStandardHelpOptions = true,
            description = {
                "Another fleet CA: it certifies the vTPMs of new machines. The former one's key is destroyed; its",
                "certificate is an anchor for as long as a machine has a certificate of it."
            },
            footer = {"", "Example:", "  sigillo rotate fleet"})
    int fleet(@Mixin Output output) {
        return rotate("fleet", output, OF_BEFORE);
    }

    @Command(
            name = "tokens",
            mixinStandardHelpOptions = true,
            description = "Another key for access tokens: those of before count for what is left of their hour.",
            footer = {"", "Example:", "  sigillo rotate tokens"})
    int tokens(@Mixin Output output) {
        return rotate("tokens", output, "To void every token at once see docs/operations.md, Who logs in.");
    }

    private int rotate(String name, Output output, String next) {
        Api api = context.api();
        JsonNode now = api.post(api.subscription() + "/providers/Sigillo.Host/authorities/" + name + "/rotate")
                .body();
        Table table = new Table("AUTHORITY", "SUBJECT", "UNTIL", "MACHINES");
        JsonNode signs = now.path("properties");
        table.row(name, Fields.text(signs, "subject"), Fields.text(signs, "expiresOn"), "");
        signs.path("former")
                .forEach(each -> table.row(
                        "former " + name,
                        Fields.text(each, "subject"),
                        Fields.text(each, "expiresOn"),
                        Fields.text(each, "machines")));
        context.show(output.format, table, now, List.of(name));
        if (context.isTable(output.format)) {
            context.console().err().println(next);
        }
        return ExitCode.DONE;
    }
}
