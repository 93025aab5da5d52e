package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What probes have told, by key. Kept in the home, since machines outlive the firmware and the QEMU that they were started
 * with, and in the cache, for other homes.
 */
final class FirmwareAnswers {
    private final EngineHome home;
    private final Map<String, FirmwareReference> read = new ConcurrentHashMap<>();

    FirmwareAnswers(EngineHome home) {
        this.home = home;
    }

    Optional<FirmwareReference> find(String key) {
        FirmwareReference known = read.get(key);
        if (known != null) {
            return Optional.of(known);
        }
        if (Files.exists(kept(key))) {
            known = FirmwareReferenceJson.read(kept(key));
        } else if (Files.exists(cached(key))) {
            known = FirmwareReferenceJson.read(cached(key));
            write(kept(key), known);
        } else {
            return Optional.empty();
        }
        if (!known.key().equals(key)) {
            throw new MachineException("%s is not the answer to its name; delete it".formatted(kept(key)));
        }
        read.put(key, known);
        return Optional.of(known);
    }

    void keep(FirmwareReference reference) {
        write(kept(reference.key()), reference);
        write(cached(reference.key()), reference);
        read.put(reference.key(), reference);
    }

    private Path kept(String key) {
        return home.home().resolve("firmware").resolve(name(key));
    }

    private Path cached(String key) {
        return home.firmwareCache().resolve(name(key));
    }

    private static String name(String key) {
        return Digest.of(HashAlgorithm.SHA256, Bytes.utf8(key)).hex() + ".json";
    }

    private static void write(Path file, FirmwareReference reference) {
        try {
            Files.createDirectories(file.resolveSibling("."));
        } catch (IOException failed) {
            throw new MachineException("cannot make the folder of " + file, failed);
        }
        FirmwareReferenceJson.write(file, reference);
    }
}
