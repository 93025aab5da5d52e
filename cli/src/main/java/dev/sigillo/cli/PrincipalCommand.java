package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo principal}: who may log in. What a principal may do is said by {@code az role assignment}. */
@Command(
        name = "principal",
        mixinStandardHelpOptions = true,
        description = {
            "Make, list and delete service principals.",
            "A new one may do nothing until az role assignment create gives it a role."
        },
        footer = {"", "Example:", "  sigillo principal create ci --secret-file ci.json"})
final class PrincipalCommand {
    private final Context context;

    PrincipalCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = "Make a service principal, and show its secret this once.",
            footer = {
                "",
                "Examples:",
                "  sigillo principal create ci --output json",
                "  sigillo principal create ci --secret-file ci.json"
            })
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--secret-file",
                            paramLabel = "FILE",
                            description = {
                                "write tenant, subscription, client id and secret there, as JSON",
                                "that its owner alone can read; nothing secret is shown then"
                            })
                    Optional<Path> file,
            @Mixin Output output) {
        // The file first: a secret that could not be written would be lost.
        file.ifPresent(PrincipalCommand::makePrivate);
        JsonNode made;
        try {
            ObjectNode body = Json.newObject();
            body.putObject("properties").put("displayName", name);
            made = context.api().put(list() + "/" + UUID.randomUUID(), body).body();
        } catch (Failure e) {
            file.ifPresent(PrincipalCommand::remove);
            throw e;
        }
        Home.Credentials own = context.home().credentials();
        ObjectNode known = Json.newObject()
                .put("displayName", Fields.text(made, "properties", "displayName"))
                .put("tenant", own.tenant())
                .put("subscription", own.subscription())
                .put("clientId", Fields.text(made, "name"));
        ObjectNode whole = known.deepCopy().put("clientSecret", Fields.text(made, "properties", "clientSecret"));
        file.ifPresent(path -> write(path, Json.text(whole) + "\n"));
        ObjectNode shown = file.isPresent() ? known : whole;
        Table table = new Table("FIELD", "VALUE");
        shown.properties()
                .forEach(field -> table.row(field.getKey(), field.getValue().asString("")));
        context.show(output.format, table, shown, List.of(Fields.text(made, "name")));
        return ExitCode.DONE;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the service principals.",
            footer = {"", "Example:", "  sigillo principal list --output json"})
    int list(@Mixin Output output) {
        List<JsonNode> principals = context.api().list(list());
        Table table = new Table("NAME", "CLIENT ID", "SINCE");
        principals.forEach(each -> table.row(
                Fields.text(each, "properties", "displayName"),
                Fields.text(each, "name"),
                Fields.text(each, "properties", "createdOn")));
        context.list(output, table, principals);
        return ExitCode.DONE;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a service principal with its role assignments; its tokens count no longer.",
            footer = {"", "Example:", "  sigillo principal delete ci"})
    int delete(@Parameters(paramLabel = "NAME", description = "display name or client id") String name) {
        String id = context.api().list(list()).stream()
                .filter(each -> Fields.text(each, "name").equalsIgnoreCase(name)
                        || Fields.text(each, "properties", "displayName").equalsIgnoreCase(name))
                .findFirst()
                .map(each -> Fields.text(each, "name"))
                .orElseThrow(() -> Failure.notFound(
                        "There is no principal " + name + ".", "sigillo principal list shows those there are."));
        context.api().delete(list() + "/" + id);
        return ExitCode.DONE;
    }

    private String list() {
        return context.api().subscription() + "/providers/Sigillo.Identity/principals";
    }

    private static void makePrivate(Path file) {
        try {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        } catch (FileAlreadyExistsException e) {
            throw Failure.usage(file + " is there already; a secret is written to a new file alone.");
        } catch (IOException e) {
            throw Failure.usage(file + " cannot be made: " + e.getMessage() + ".");
        }
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw Failure.because(file + " is empty and could not be deleted: " + e.getMessage() + ".", "");
        }
    }

    private static void write(Path file, String text) {
        try {
            Files.writeString(file, text);
        } catch (IOException e) {
            throw Failure.because(
                    "The secret could not be written to " + file + ": " + e.getMessage() + ".",
                    "sigillo principal delete deletes the principal; then make it again.");
        }
    }
}
