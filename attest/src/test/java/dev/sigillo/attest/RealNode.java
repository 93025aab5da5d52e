package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.eventlog.Event;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.eventlog.ImaEntry;
import dev.sigillo.eventlog.ImaList;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** What a node of ours sent, and what production's manifest expected of it: src/test/resources/evidence. */
record RealNode(Bytes log, Bytes ima, ReferenceManifest manifest) {

    static RealNode read(boolean secureBoot) {
        String folder = "/evidence/" + (secureBoot ? "node-secure-boot/" : "node-vtpm-only/");
        List<Driver> drivers = new ArrayList<>();
        List<PcrReference> references = new ArrayList<>();
        String commandLine = "";
        for (String line : file(folder + "manifest.tsv").utf8().lines().toList()) {
            String[] parts = line.split("\t", -1);
            switch (parts[0]) {
                case "commandLine" -> commandLine = parts[1];
                case "driver" -> drivers.add(new Driver(parts[1], parts[3], Bytes.fromHex(parts[2])));
                default -> {
                    int pcr = Integer.parseInt(parts[1]);
                    List<ExpectedEvent> expected = new ArrayList<>();
                    references.stream().filter(one -> one.pcr() == pcr).forEach(one -> expected.addAll(one.events()));
                    references.removeIf(one -> one.pcr() == pcr);
                    expected.add(new ExpectedEvent(
                            parts[2],
                            Digest.fromHex(HashAlgorithm.SHA256, parts[3]),
                            parts[5],
                            Origin.valueOf(parts[4])));
                    references.add(new PcrReference(pcr, expected));
                }
            }
        }
        return new RealNode(
                file(folder + "event-log.bin"),
                file(folder + "ima-list.bin"),
                new ReferenceManifest("real", secureBoot, true, references, drivers, commandLine)
                        .withExtension(15, Components.CONFIG_DRIVE, Forger.DRIVE));
    }

    private static Bytes file(String name) {
        try (InputStream in = RealNode.class.getResourceAsStream(name)) {
            return Bytes.of(in.readAllBytes());
        } catch (IOException absent) {
            throw new UncheckedIOException(absent);
        }
    }

    /** A software vTPM that booted what this node booted, and loaded what it loaded. */
    Forger forger() {
        Forger forger = new Forger(manifest.secureBoot());
        forger.manifest = manifest;
        forger.events.clear();
        try {
            for (Event event : EventLog.parse(log).events()) {
                forger.events.add(new Logged(
                        event.pcr(),
                        event.type(),
                        event.digest(HashAlgorithm.SHA256).orElseThrow(),
                        event.payload(),
                        ""));
            }
            List<ImaEntry> entries = ImaList.parse(ima).entries();
            forger.ima.lines.clear();
            for (ImaEntry entry : entries.subList(1, entries.size())) { // the forger works out boot_aggregate by itself
                forger.ima.lines.add(ImaForge.line(entry.path(), entry.fileDigest()));
            }
        } catch (MalformedException malformed) {
            throw new IllegalStateException(malformed);
        }
        return forger;
    }

    /** The manifest's name for an event of the log, by its place in its register. */
    String component(List<Logged> events, int at) {
        int pcr = events.get(at).pcr();
        long place = events.subList(0, at).stream()
                .filter(event -> event.pcr() == pcr)
                .count();
        return manifest.pcr(pcr).orElseThrow().events().get((int) place).component();
    }
}
