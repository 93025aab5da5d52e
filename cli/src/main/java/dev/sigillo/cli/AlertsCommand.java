package dev.sigillo.cli;

import dev.sigillo.arm.ArmId;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;

/** {@code sigillo alerts}: what a person must see, over the routes that {@code az security alert} uses. */
@Command(
        name = "alerts",
        mixinStandardHelpOptions = true,
        description = "List alerts, newest first, and say what is to become of them; without a command, list.",
        footer = {
            "",
            "Examples:",
            "  sigillo alerts",
            "  sigillo alerts --follow --output json",
            "  sigillo alerts dismiss 3f0c"
        })
final class AlertsCommand implements Callable<Integer> {
    private static final String DELIVERIES = "/providers/Sigillo.Host/alertDeliveries";

    private final Context context;

    @Mixin
    private final Listing listing = new Listing();

    AlertsCommand(Context context) {
        this.context = context;
    }

    /** What of a list is wanted. */
    static final class Listing {
        @Option(
                names = {"-g", "--resource-group"},
                paramLabel = "NAME",
                defaultValue = "",
                description = "only of this resource group")
        String group = "";

        @Option(names = "--all", description = "also those that are resolved or dismissed")
        boolean all;

        @Option(names = "--follow", description = "go on, and print what is new or has changed, until interrupted")
        boolean follow;

        @Option(
                names = "--interval",
                paramLabel = "SECONDS",
                defaultValue = "5",
                description = "how often --follow asks, 1 to 3600 (${DEFAULT-VALUE})")
        int interval = 5;

        @Mixin
        final Output output = new Output();
    }

    @Override
    public Integer call() {
        return list(listing);
    }

    @Command(
            name = "list",
            mixinStandardHelpOptions = true,
            description = "List the alerts that wait for a person, newest first.",
            footer = {"", "Examples:", "  sigillo alerts list --all", "  sigillo alerts list -g demo --output names"})
    int list(@Mixin Listing wanted) {
        if (wanted.interval < 1 || wanted.interval > 3600) {
            throw Failure.usage("--interval: " + wanted.interval + " is not between 1 and 3600 seconds.");
        }
        Api api = context.api();
        String scope = wanted.group.isEmpty() ? api.subscription() : new Selection(api).group(wanted.group);
        if (wanted.follow) {
            return new AlertFollow(context, () -> all(api, scope))
                    .run(wanted.output.format, Duration.ofSeconds(wanted.interval));
        }
        List<JsonNode> alerts = all(api, scope).stream()
                .filter(alert -> wanted.all || AlertText.waits(alert))
                .toList();
        context.list(wanted.output, AlertText.table(context.console(), alerts), alerts);
        return ExitCode.DONE;
    }

    @Command(
            name = "show",
            mixinStandardHelpOptions = true,
            description = "Show an alert: what was expected, what was, where, and what to do.",
            footer = {"", "Example:", "  sigillo alerts show 3f0c"})
    int show(@Parameters(paramLabel = "NAME", description = "or how it begins") String name, @Mixin Output output) {
        JsonNode alert = find(name);
        context.one(output, AlertText.whole(context.console(), alert), alert);
        return ExitCode.DONE;
    }

    @Command(
            name = "dismiss",
            mixinStandardHelpOptions = true,
            description = "Hear no more of an alert for as long as its cause lasts.",
            footer = {"", "Example:", "  sigillo alerts dismiss 3f0c"})
    int dismiss(@Parameters(paramLabel = "NAME", description = "or how it begins") String name) {
        return update(name, "dismiss", "dismissed");
    }

    @Command(
            name = "resolve",
            mixinStandardHelpOptions = true,
            description = "Say that an alert is over; the same cause would be a new one.",
            footer = {"", "Example:", "  sigillo alerts resolve 3f0c"})
    int resolve(@Parameters(paramLabel = "NAME", description = "or how it begins") String name) {
        return update(name, "resolve", "resolved");
    }

    @Command(
            name = "activate",
            mixinStandardHelpOptions = true,
            description = "Let an alert that was dismissed or resolved wait for a person again.",
            footer = {"", "Example:", "  sigillo alerts activate 3f0c"})
    int activate(@Parameters(paramLabel = "NAME", description = "or how it begins") String name) {
        return update(name, "activate", "active");
    }

    @Command(
            name = "deliveries",
            mixinStandardHelpOptions = true,
            description = "List what became of telling webhooks and syslog of alerts, newest first.",
            footer = {"", "Example:", "  sigillo alerts deliveries"})
    int deliveries(@Mixin Output output) {
        List<JsonNode> all = context.api().list(context.api().subscription() + DELIVERIES);
        Table table = new Table("DELIVERY", "DESTINATION", "STATE", "TRIES", "ALERT", "CREATED", "NEXT TRY", "ERROR");
        all.forEach(each -> table.row(
                Fields.text(each, "name"),
                Fields.text(each, "properties", "destination"),
                Fields.text(each, "properties", "state"),
                Fields.text(each, "properties", "tries"),
                Fields.text(each, "properties", "alert"),
                Fields.text(each, "properties", "createdAt"),
                Fields.text(each, "properties", "nextAt"),
                Fields.text(each, "properties", "error")));
        context.list(output, table, all);
        return ExitCode.DONE;
    }

    @Command(
            name = "retry",
            mixinStandardHelpOptions = true,
            description = "Have a delivery tried again that was given up.",
            footer = {"", "Example:", "  sigillo alerts retry 0d5a8a62-7c1f-4f2e-9f0e-1f2d3c4b5a69"})
    int retry(@Parameters(paramLabel = "DELIVERY") String name) {
        long began = System.nanoTime();
        context.api().post(context.api().subscription() + DELIVERIES + "/" + Segments.encoded(name) + "/retry");
        context.console().step("delivery " + name + " is tried again", (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    private int update(String name, String verb, String done) {
        JsonNode alert = find(name);
        long began = System.nanoTime();
        context.api().post(Segments.ofId(Fields.text(alert, "id")) + "/" + verb);
        context.console()
                .step("alert " + Fields.text(alert, "name") + " " + done, (System.nanoTime() - began) / 1_000_000);
        return ExitCode.DONE;
    }

    /** The one alert whose name begins so. */
    private JsonNode find(String name) {
        List<JsonNode> found = all(context.api(), context.api().subscription()).stream()
                .filter(alert -> ArmId.key(Fields.text(alert, "name")).startsWith(ArmId.key(name)))
                .toList();
        if (found.isEmpty() || name.isEmpty()) {
            throw Failure.notFound("There is no alert " + name + ".", "sigillo alerts --all lists them.");
        }
        if (found.size() > 1) {
            throw Failure.because(
                    found.size() + " alerts begin with " + name + ".", "Say more of the name; sigillo alerts --all.");
        }
        return found.getFirst();
    }

    private static List<JsonNode> all(Api api, String scope) {
        return api.list(scope + "/providers/Microsoft.Security/alerts");
    }
}
