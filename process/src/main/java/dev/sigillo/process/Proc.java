package dev.sigillo.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** The host's processes as the kernel tells of them: proc(5). */
final class Proc {
    private static final Path FOLDER = Path.of("/proc");
    private static final int IDS = 4;

    private Proc() {}

    /** The numbers of all processes; one may be gone when it is looked at. */
    static List<Long> all() {
        List<Long> pids = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(FOLDER, "[0-9]*")) {
            for (Path process : processes) {
                pids.add(Long.parseLong(process.getFileName().toString()));
            }
        } catch (IOException unreadable) {
            throw new ProcessException("/proc cannot be listed: " + unreadable.getMessage(), unreadable);
        }
        return pids;
    }

    /** The value of a variable of its environment. A process may write what it likes there, also later on. */
    static Optional<String> variable(long pid, String name) {
        try {
            byte[] environ = Files.readAllBytes(file(pid, "environ"));
            for (String variable : new String(environ, StandardCharsets.UTF_8).split("\0")) {
                if (variable.startsWith(name + "=")) {
                    return Optional.of(variable.substring(name.length() + 1));
                }
            }
            return Optional.empty();
        } catch (IOException goneOrNotOurs) {
            return Optional.empty();
        }
    }

    /** Its user; empty when it is gone, or when its real, effective, saved and file system user differ (set-user-id). */
    static OptionalLong user(long pid) {
        try {
            return Files.readAllLines(file(pid, "status"), StandardCharsets.ISO_8859_1).stream()
                    .filter(line -> line.startsWith("Uid:"))
                    .mapToLong(Proc::single)
                    .filter(user -> user >= 0)
                    .findFirst();
        } catch (IOException gone) {
            return OptionalLong.empty();
        }
    }

    private static long single(String line) {
        List<String> ids = List.of(line.substring("Uid:".length()).trim().split("\\s+"));
        return ids.size() == IDS && ids.stream().distinct().count() == 1 ? Long.parseLong(ids.getFirst()) : -1;
    }

    private static Path file(long pid, String name) {
        return FOLDER.resolve(Long.toString(pid)).resolve(name);
    }
}
