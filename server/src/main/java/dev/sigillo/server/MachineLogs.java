package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmId;
import dev.sigillo.arm.Json;
import dev.sigillo.attest.Binding;
import dev.sigillo.attest.BootFacts;
import dev.sigillo.attest.BootFile;
import dev.sigillo.attest.EventText;
import dev.sigillo.attest.Evidence;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.enrolment.KeptEvidence;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ParsedLog;
import dev.sigillo.evidence.BootImageJson;
import dev.sigillo.image.NodeImage;
import dev.sigillo.store.MachineRecord;
import dev.sigillo.store.Store;
import dev.sigillo.store.VerdictRecord;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.Function;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * {@code …/machines/{machine}/eventLog}, ours: the events that a kept verdict was given on, with how far each may be
 * believed, and what they show of the boot. All of it is what the machine sent: it decides nothing here.
 */
final class MachineLogs {
    /** Bytes of a payload that are shown; db and dbx are longer, and nobody reads them as bytes. */
    private static final int MOST_SHOWN = 8 << 10;

    private final Store store;
    private final KeptEvidence kept;
    private final Function<String, Optional<NodeImage>> images;
    private final Function<ArmRequest, MachineRecord> machines;

    /**
     * @param images the node images of this host by version: signer and SBAT stand in their files, not in a log
     * @param machines finds the machine that a request names, or refuses
     */
    MachineLogs(
            Store store, Function<String, Optional<NodeImage>> images, Function<ArmRequest, MachineRecord> machines) {
        this.store = store;
        this.images = images;
        this.kept = new KeptEvidence(store);
        this.machines = machines;
    }

    void register(Routes routes) {
        routes.add("GET", Pools.PATH + "/machines/{machine}/eventLog", this::show);
    }

    private ArmReply show(ArmRequest request) {
        MachineRecord machine = machines.apply(request);
        SortedMap<Long, VerdictRecord> history = store.verdicts().history(machine.machineId());
        history.values().removeIf(verdict -> verdict.evidence().isEmpty());
        if (history.isEmpty()) {
            throw ArmError.NOT_FOUND.because(
                    "There is no event log of '%s': it has sent no evidence that was kept%s.",
                    machine.nodeName(), machine.vtpm() ? " yet" : ", since its pool has no vTPM");
        }
        String asked = request.query("verdict").orElse(Long.toString(history.lastKey()));
        VerdictRecord verdict = asked.matches("[0-9]{1,9}") ? history.get(Long.valueOf(asked)) : null;
        if (verdict == null) {
            throw ArmError.INVALID_PARAMETER.at(
                    "verdict",
                    "There is no verdict '%s' with evidence on '%s'; there are %s.",
                    Routes.printable(asked),
                    machine.nodeName(),
                    Routes.printable(history.keySet().toString()));
        }
        ObjectNode body = Json.newObject();
        body.put("id", ArmId.machine(machine.clusterId(), machine.pool(), machine.nodeName()) + "/eventLog");
        body.put("name", asked);
        body.put("type", ArmId.POOL_TYPE + "/machines/eventLog");
        ObjectNode properties = body.putObject("properties");
        properties.put("at", verdict.at().toString());
        properties.put("passing", verdict.passing());
        kept.of(verdict)
                .ifPresent(
                        evidence -> describe(properties, evidence, new ImageFiles(images).of(machine.imageVersion())));
        return ArmReply.ok(body);
    }

    private static void describe(ObjectNode properties, Evidence evidence, List<BootFile> files) {
        ObjectNode pcrs = properties.putObject("pcrs");
        ArrayNode events = properties.putArray("events");
        ObjectNode boot = properties.putObject("boot");
        try {
            for (Map.Entry<Integer, Digest> pcr : evidence.pcrs().entrySet()) {
                pcrs.put(pcr.getKey().toString(), pcr.getValue().hex());
            }
            ParsedLog log = EventLog.parse(evidence.eventLog());
            log.events().forEach(event -> events.add(view(event)));
            BootFacts facts = BootFacts.of(log, HashAlgorithm.SHA256).with(files);
            facts.secureBoot().ifPresent(on -> boot.put("secureBoot", on));
            ArrayNode images = boot.putArray("images");
            facts.bootImages().forEach(image -> images.add(BootImageJson.of(image)));
            ArrayNode commands = boot.putArray("grubCommands");
            facts.grubCommands().forEach(commands::add);
            facts.kernelCommandLine().ifPresent(line -> boot.put("kernelCommandLine", line));
            facts.sbatLevel().ifPresent(level -> {
                ArrayNode entries = boot.putArray("sbatLevel");
                level.forEach(entry -> entries.add(BootImageJson.sbat(entry)));
            });
        } catch (MalformedException e) {
            properties.put("unreadable", String.valueOf(e.getMessage()));
        }
    }

    private static ObjectNode view(Event event) {
        ObjectNode node = Json.newObject();
        node.put("event", event.index());
        node.put("pcr", event.pcr());
        node.put("type", event.typeName());
        node.put("trust", Binding.of(event).trust().name().toLowerCase(Locale.ROOT));
        node.put("digest", event.digest(HashAlgorithm.SHA256).map(Digest::hex).orElse(""));
        node.put("description", EventText.of(event));
        node.put("size", event.payload().size());
        int shown = Math.min(event.payload().size(), MOST_SHOWN);
        node.put("bytes", event.payload().slice(0, shown).base64());
        return node;
    }
}
