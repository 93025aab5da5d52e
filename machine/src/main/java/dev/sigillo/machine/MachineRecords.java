package dev.sigillo.machine;

import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The machines on record: one {@code machine.json} each. */
final class MachineRecords {
    private final EngineHome home;

    MachineRecords(EngineHome home) {
        this.home = home;
    }

    private Path file(MachineId id) {
        return home.machine(id).resolve("machine.json");
    }

    Optional<MachineRecord> find(MachineId id) {
        return Json.find(file(id), MachineRecord.class);
    }

    /** @throws MachineException unless it is there, with its vTPM made */
    MachineRecord requireVtpm(MachineId id) {
        return find(id).filter(record -> record.vtpm() && record.phase() == MachineRecord.Phase.MADE)
                .orElseThrow(() -> new MachineException("there is no machine " + id + " with a vTPM"));
    }

    MachineRecord write(MachineRecord record) {
        MachineId id = record.machineId();
        try {
            Folders.ensure(home.machines(), Folders.OWNER_ONLY);
            Folders.ensure(home.machine(id), Folders.OWNER_ONLY);
        } catch (IOException failed) {
            throw new MachineException("cannot make " + home.machine(id), failed);
        }
        Json.write(file(id), record);
        return record;
    }

    List<MachineRecord> all() {
        List<MachineRecord> records = new ArrayList<>();
        for (MachineId id : folders()) {
            find(id).ifPresent(records::add);
        }
        return records;
    }

    List<MachineRecord> in(NetworkId network) {
        return all().stream()
                .filter(record -> record.networkId().equals(network))
                .toList();
    }

    /** Every machine folder, also one whose record was never written. */
    List<MachineId> folders() {
        return ids(home.machines());
    }

    /** Files and folders in there that bear a machine's name, by name. */
    static List<MachineId> ids(Path folder) {
        List<MachineId> ids = new ArrayList<>();
        if (Files.isDirectory(folder)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                for (Path entry : entries) {
                    String name = entry.getFileName().toString();
                    if (MachineId.matches(name)) {
                        ids.add(new MachineId(name));
                    }
                }
            } catch (IOException unreadable) {
                throw new MachineException("cannot list " + folder, unreadable);
            }
        }
        ids.sort(null);
        return ids;
    }
}
