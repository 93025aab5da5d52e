package dev.sigillo.cli;

import dev.sigillo.arm.DrillFault;
import dev.sigillo.arm.Json;
import dev.sigillo.arm.TrustTags;
import dev.sigillo.bytes.Bytes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code sigillo drill}: breaks canaries on purpose, and sees whether the right alarm is raised. */
@Command(
        name = "drill",
        mixinStandardHelpOptions = true,
        description = {
            "Boot a canary machine with a fault in a pool of its own, and see whether the right alert comes, which"
                    + " component it names and after how many seconds; one fault after another.",
            "The fault comes from outside of the machine: its disk, its variable store, its vTPM's state, or what it sends"
                    + " on the way. The cluster's other nodes are left alone; the pool is called drill and is deleted."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every fault was noticed, and named",
            "1:an alarm stayed silent or named something else, or a drill could not be carried out",
            "2:unusable input"
        },
        footer = {
            "",
            "Examples:",
            "  sigillo drill -g demo -c demo",
            "  sigillo drill -g demo -c demo --fault cmdline --fault forged-log",
            "  sigillo drill -g demo -c demo --junit drill.xml --output json"
        })
final class DrillCommand implements Callable<Integer> {
    private static final Duration USUAL = Duration.ofMinutes(15);

    private final Context context;

    @Option(
            names = "--fault",
            paramLabel = "FAULT",
            completionCandidates = Faults.class,
            description = "only this fault; may be said again. One of: ${COMPLETION-CANDIDATES}")
    private List<String> faults = List.of();

    @Mixin
    private final Targets.Cluster cluster = new Targets.Cluster();

    @Option(
            names = "--node-vm-size",
            paramLabel = "SIZE",
            description = "size of the canaries; the server chooses when not given")
    private String size = "";

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            description =
                    "how long to wait for the alert of one fault (900, or, if that is more, what silence takes to be told)")
    private Optional<Integer> timeout = Optional.empty();

    @Option(names = "--junit", paramLabel = "FILE", description = "write the result as JUnit XML, too")
    private Optional<Path> junit = Optional.empty();

    @Mixin
    private final Output output = new Output();

    /** The words of the faults, for help and completion. */
    static final class Faults implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return DrillFault.words().iterator();
        }
    }

    DrillCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        List<DrillExercise> exercises = exercises();
        Api api = context.api();
        Duration patience = patience(api, exercises);
        // Where it cannot be written is better known before half an hour of drills.
        junit.ifPresent(file -> OutputFile.write(file, Bytes.empty()));
        DrillRun run = new DrillRun(api, context.console(), cluster, size, patience, DrillWatch.WITHDRAWAL);
        run.clear();
        List<DrillResult> results = new ArrayList<>();
        for (DrillExercise exercise : exercises) {
            results.add(run.of(exercise));
        }
        show(results);
        junit.ifPresent(file -> OutputFile.write(file, DrillReport.xml(results)));
        return results.stream().allMatch(DrillResult::passed) ? ExitCode.DONE : ExitCode.FAILED;
    }

    /** A silent agent is told of when its last verdict has run out: by the interval that the cluster chooses. */
    private Duration patience(Api api, List<DrillExercise> exercises) {
        String path = new Selection(api).clusterPath(cluster.group, cluster.name);
        Duration interval = TrustTags.interval(api.get(path).path("tags"));
        Duration holds = TrustTags.holds(interval);
        Duration needed = holds.plus(TrustTags.slack(interval));
        if (timeout.isEmpty()) {
            return needed.compareTo(USUAL) > 0 ? needed : USUAL;
        }
        Duration asked = Duration.ofSeconds(timeout.get());
        boolean silent = exercises.contains(DrillExercise.of(DrillFault.SILENT_AGENT));
        if (timeout.get() < 1 || (silent && asked.compareTo(needed) < 0)) {
            throw Failure.usage("--timeout is " + timeout.get() + "; it must be a number of seconds, at least 1"
                    + (silent
                            ? ", and at least " + needed.toSeconds()
                                    + " with silent-agent: nodes of this cluster attest" + " themselves every "
                                    + interval.toSeconds() + " s, and silence is told after " + holds.toSeconds()
                                    + " s."
                            : "."));
        }
        return asked;
    }

    private List<DrillExercise> exercises() {
        List<DrillExercise> chosen = new ArrayList<>();
        for (String word : faults) {
            chosen.add(DrillExercise.of(DrillFault.of(word)
                    .orElseThrow(() ->
                            Failure.usage("--fault " + Fields.safe(word) + " is no fault that is known here; there are "
                                    + String.join(", ", DrillFault.words()) + "."))));
        }
        return chosen.isEmpty() ? DrillExercise.ALL : chosen;
    }

    private void show(List<DrillResult> results) {
        Table table = new Table(
                "FAULT", "OUTCOME", "ALERT", "COMPONENT", "SEVERITY", "ALERT AFTER S", "WITHDRAWN AFTER S", "WHY");
        ObjectNode json = Json.newObject();
        ArrayNode drills = json.putArray("drills");
        for (DrillResult result : results) {
            result.row(table, context.console());
            drills.add(result.json());
        }
        json.put("passed", results.stream().allMatch(DrillResult::passed));
        context.show(
                output.format,
                table,
                json,
                results.stream()
                        .filter(result -> !result.passed())
                        .map(result -> result.fault().word())
                        .toList());
    }
}
