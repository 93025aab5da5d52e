package dev.sigillo.cli;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo nodepool update}: what was not said of a pool stays as it is. */
@Command(
        name = "update",
        mixinStandardHelpOptions = true,
        description = {
            "Change a pool, and wait until it is as asked for.",
            "A change of Secure Boot or vTPM replaces the machines, new ones first."
        },
        footer = {
            "",
            "Examples:",
            "  sigillo nodepool update trusted -g demo -c demo --enable-secure-boot --watch",
            "  sigillo nodepool update trusted -g demo -c demo --node-count 5 --max-surge 2"
        })
final class NodepoolUpdateCommand implements Callable<Integer> {
    private final Context context;

    @Parameters(paramLabel = "NAME")
    private String name = "";

    @Mixin
    private final Targets.Cluster cluster = new Targets.Cluster();

    @Option(names = "--enable-secure-boot", description = "machines boot under Secure Boot")
    private boolean secureBootOn;

    @Option(names = "--disable-secure-boot", description = "… and not any more")
    private boolean secureBootOff;

    @Option(names = "--enable-vtpm", description = "each machine has a vTPM")
    private boolean vtpmOn;

    @Option(names = "--disable-vtpm", description = "… and not any more")
    private boolean vtpmOff;

    @Option(names = "--node-count", paramLabel = "N", description = "nodes")
    private Optional<Integer> count = Optional.empty();

    @Option(
            names = "--max-surge",
            paramLabel = "N|N%%",
            description = "machines more than asked for while they are replaced")
    private Optional<String> surge = Optional.empty();

    @Option(names = "--no-wait", description = "return when the request is accepted")
    private boolean noWait;

    @Option(names = "--watch", description = "tell what becomes of each machine: boots, joins, Ready, drains, gone")
    private boolean watch;

    NodepoolUpdateCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Api api = context.api();
        Selection selection = new Selection(api);
        String path = selection.poolPath(cluster.group, cluster.name, name);
        JsonNode before = api.find(path)
                .orElseThrow(() -> Failure.notFound(
                        "There is no pool " + name + " in cluster " + cluster.name + ".",
                        "sigillo nodepool list shows those there are."));
        ObjectNode body = changed(before);
        if (noWait && watch) {
            throw Failure.usage("--no-wait and --watch exclude each other: leave one of them out.");
        }
        Supplier<List<Node>> machines =
                () -> selection.nodesOfPool(selection.clusterPath(cluster.group, cluster.name), path, name);
        Optional<RollWatch> roll = watch ? Optional.of(new RollWatch(context.console(), machines)) : Optional.empty();
        Api.Reply reply = api.put(path, body);
        if (reply.operation().isEmpty()) {
            context.console().step("pool " + name + ": as asked for, nothing to change", 0);
        } else if (!noWait) {
            String what = "pool " + name + " changed";
            new Waiting(api, context.console())
                    .forOperation(
                            reply.operation(),
                            what,
                            () -> roll.map(RollWatch::look).orElse("pool " + name + " is changed"));
            roll.ifPresent(RollWatch::look);
        }
        return ExitCode.DONE;
    }

    /** The pool as it was shown, with what was asked for; the API leaves out what is read-only. */
    private ObjectNode changed(JsonNode before) {
        ObjectNode body = ((ObjectNode) before).deepCopy();
        ObjectNode properties = body.withObject("properties");
        Optional<Boolean> secureBoot = either(secureBootOn, secureBootOff, "secure-boot");
        Optional<Boolean> vtpm = either(vtpmOn, vtpmOff, "vtpm");
        secureBoot.ifPresent(on -> properties.withObject("securityProfile").put("enableSecureBoot", on));
        vtpm.ifPresent(on -> properties.withObject("securityProfile").put("enableVTPM", on));
        count.ifPresent(nodes -> properties.put("count", nodes));
        surge.ifPresent(machines -> properties.withObject("upgradeSettings").put("maxSurge", machines));
        if (secureBoot.isEmpty() && vtpm.isEmpty() && count.isEmpty() && surge.isEmpty()) {
            throw Failure.usage(
                    "Nothing was said that is to change; sigillo nodepool update --help lists what can be.");
        }
        return body;
    }

    private static Optional<Boolean> either(boolean on, boolean off, String what) {
        if (on && off) {
            throw Failure.usage(
                    "--enable-%s and --disable-%s exclude each other: leave one of them out.".formatted(what, what));
        }
        return on || off ? Optional.of(on) : Optional.empty();
    }
}
