package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo principal}: who may log in. What a principal may do is said by {@code az role assignment}. */
@Command(
        name = "principal",
        mixinStandardHelpOptions = true,
        description = {
            "Make, list and delete principals: service principals, users, and those of outside issuers.",
            "A new one may do nothing until az role assignment create gives it a role."
        },
        footer = {"", "Example:", "  sigillo principal create ci --secret-file ci.json"})
final class PrincipalCommand {
    private static final List<String> SECRETS = List.of("clientSecret", "password");

    private final Context context;

    PrincipalCommand(Context context) {
        this.context = context;
    }

    @Command(
            name = "create",
            mixinStandardHelpOptions = true,
            description = {
                "Make a service principal, and show its secret this once; or a user, who logs in with a password;",
                "or one whom tokens of an outside issuer name; or all that a file lists and that are not there."
            },
            footer = {
                "",
                "Examples:",
                "  sigillo principal create ci --output json",
                "  sigillo principal create ci --secret-file ci.json",
                "  sigillo principal create anna --user",
                "  sigillo principal create build --issuer https://issuer.example --subject repo:demo",
                "  sigillo principal create --file principals.json --secret-file secrets.json"
            })
    int create(
            @Parameters(paramLabel = "NAME", arity = "0..1") Optional<String> name,
            @Option(names = "--user", description = "a person, who logs in with name and password") boolean user,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description =
                                    "read the user's password there, - for standard input, instead of asking for it")
                    Optional<Path> passwordFile,
            @Option(
                            names = "--issuer",
                            paramLabel = "URL",
                            description = "of the tokens that name an external principal")
                    Optional<String> issuer,
            @Option(names = "--subject", paramLabel = "TEXT", description = "by which they name it")
                    Optional<String> subject,
            @Option(
                            names = "--file",
                            paramLabel = "FILE",
                            description = {
                                "make all that this JSON lists and that are not there:",
                                "{\"principals\": [{\"name\": \"ci\", \"type\": \"ServicePrincipal\"}]};",
                                "types are ServicePrincipal, User and External"
                            })
                    Optional<Path> listFile,
            @Option(
                            names = "--secret-file",
                            paramLabel = "FILE",
                            description = {
                                "write tenant, subscription, client id and secret there, as JSON",
                                "that its owner alone can read; nothing secret is shown then"
                            })
                    Optional<Path> file,
            @Mixin Output output) {
        boolean external = issuer.isPresent() || subject.isPresent();
        if (name.isPresent() == listFile.isPresent()
                || (listFile.isPresent() && (user || external))
                || (user && external)
                || (issuer.isPresent() != subject.isPresent())
                || (passwordFile.isPresent() && !user)) {
            throw Failure.usage(
                    "Give NAME alone, or with --user, or with --issuer and --subject; or --file and no NAME."
                            + " --password-file is for --user.");
        }
        if (listFile.isPresent()) {
            return createAll(PrincipalFile.read(listFile.get()), file, output);
        }
        ObjectNode properties = Json.newObject().put("displayName", name.get());
        if (user) {
            properties.put("principalType", "User").put("password", PasswordSource.read(passwordFile));
        } else if (external) {
            properties
                    .put("principalType", "External")
                    .put("issuer", issuer.get())
                    .put("subject", subject.orElseThrow());
        }
        Optional<SecretFile> secretFile = file.map(SecretFile::make);
        ObjectNode made;
        try {
            made = make(properties);
        } catch (Failure e) {
            secretFile.ifPresent(SecretFile::remove);
            throw e;
        }
        secretFile.ifPresent(path -> path.write(Json.text(made) + "\n"));
        show(secretFile.isPresent() ? shown(made) : made, output);
        return ExitCode.DONE;
    }

    /** The file first: a secret that could not be written would be lost; and it is whole after each principal. */
    private int createAll(PrincipalFile wanted, Optional<Path> file, Output output) {
        SecretFile secrets = SecretFile.make(file.orElseThrow(() -> Failure.usage(
                "--file needs --secret-file FILE: the secrets of what is made are written there, this once.")));
        ArrayNode made = Json.MAPPER.createArrayNode();
        Table table = new Table("NAME", "TYPE", "CLIENT ID", "");
        ArrayNode told = Json.MAPPER.createArrayNode();
        List<JsonNode> there = context.api().list(list());
        for (PrincipalFile.Wanted each : wanted.principals()) {
            Optional<JsonNode> same = there.stream()
                    .filter(known ->
                            Fields.text(known, "properties", "displayName").equalsIgnoreCase(each.name()))
                    .findFirst();
            if (same.isPresent()) {
                table.row(each.name(), each.type(), Fields.text(same.get(), "name"), "already there");
                continue;
            }
            ObjectNode properties =
                    Json.newObject().put("displayName", each.name()).put("principalType", each.type());
            if (!each.issuer().isEmpty()) {
                properties.put("issuer", each.issuer()).put("subject", each.subject());
            }
            ObjectNode one = make(properties);
            made.add(one);
            secrets.write(Json.text(made) + "\n");
            told.add(shown(one));
            table.row(each.name(), each.type(), Fields.text(one, "clientId"), "made");
        }
        if (made.isEmpty()) {
            secrets.remove();
        }
        context.show(
                output.format,
                table,
                told,
                told.valueStream().map(each -> Fields.text(each, "clientId")).toList());
        return ExitCode.DONE;
    }

    /** What there is to know of a new principal, its secret included. */
    private ObjectNode make(ObjectNode properties) {
        ObjectNode body = Json.newObject();
        body.set("properties", properties);
        JsonNode made =
                context.api().put(list() + "/" + UUID.randomUUID(), body).body();
        Home.Credentials own = context.home().credentials();
        ObjectNode known = Json.newObject()
                .put("displayName", Fields.text(made, "properties", "displayName"))
                .put("tenant", own.tenant())
                .put("subscription", own.subscription())
                .put("clientId", Fields.text(made, "name"));
        for (String secret : SECRETS) {
            String text = Fields.text(made, "properties", secret);
            if (!text.isEmpty()) {
                known.put(secret, text);
            }
        }
        return known;
    }

    private static ObjectNode shown(ObjectNode made) {
        return made.deepCopy().without(SECRETS);
    }

    private void show(ObjectNode shown, Output output) {
        Table table = new Table("FIELD", "VALUE");
        shown.properties()
                .forEach(field -> table.row(field.getKey(), field.getValue().asString("")));
        context.show(output.format, table, shown, List.of(Fields.text(shown, "clientId")));
    }

    @Command(
            name = "set-password",
            mixinStandardHelpOptions = true,
            description = "Give a user another password; logins by the one before end within an hour.",
            footer = {"", "Example:", "  sigillo principal set-password anna"})
    int setPassword(
            @Parameters(paramLabel = "NAME", description = "name or object id") String name,
            @Option(
                            names = "--password-file",
                            paramLabel = "FILE",
                            description = "read the password there, - for standard input, instead of asking for it")
                    Optional<Path> passwordFile) {
        String id = idOf(name);
        ObjectNode body = Json.newObject();
        body.putObject("properties").put("password", PasswordSource.read(passwordFile));
        context.api().put(list() + "/" + id + "/password/default", body);
        return ExitCode.DONE;
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the principals.",
            footer = {"", "Example:", "  sigillo principal list --output json"})
    int list(@Mixin Output output) {
        List<JsonNode> principals = context.api().list(list());
        Table table = new Table("NAME", "TYPE", "CLIENT ID", "SINCE");
        principals.forEach(each -> table.row(
                Fields.text(each, "properties", "displayName"),
                Fields.text(each, "properties", "principalType"),
                Fields.text(each, "name"),
                Fields.text(each, "properties", "createdOn")));
        context.list(output, table, principals);
        return ExitCode.DONE;
    }

    @Command(
            name = "delete",
            mixinStandardHelpOptions = true,
            description = "Delete a principal with its role assignments; its tokens count no longer.",
            footer = {"", "Example:", "  sigillo principal delete ci"})
    int delete(@Parameters(paramLabel = "NAME", description = "display name or client id") String name) {
        String id = idOf(name);
        context.api().delete(list() + "/" + id);
        return ExitCode.DONE;
    }

    private String idOf(String name) {
        return context.api().list(list()).stream()
                .filter(each -> Fields.text(each, "name").equalsIgnoreCase(name)
                        || Fields.text(each, "properties", "displayName").equalsIgnoreCase(name))
                .findFirst()
                .map(each -> Fields.text(each, "name"))
                .orElseThrow(() -> Failure.notFound(
                        "There is no principal " + name + ".", "sigillo principal list shows those there are."));
    }

    private String list() {
        return context.api().subscription() + "/providers/Sigillo.Identity/principals";
    }
}
