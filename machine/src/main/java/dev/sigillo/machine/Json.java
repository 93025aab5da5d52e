package dev.sigillo.machine;

import dev.sigillo.process.Folders;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The engine's records on disk: written whole or not at all, and on the disk before anything acts on them. */
final class Json {
    /** A number that an older record does not have yet is 0. */
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();

    private Json() {}

    static String text(Object value) {
        return MAPPER.writeValueAsString(value);
    }

    static <T> T parse(String text, Class<T> type) {
        return MAPPER.readValue(text, type);
    }

    /** Empty if there is no such file. */
    static <T> Optional<T> find(Path file, Class<T> type) {
        try {
            return Optional.of(MAPPER.readValue(Files.readString(file), type));
        } catch (NoSuchFileException absent) {
            return Optional.empty();
        } catch (IOException | JacksonException unreadable) {
            throw new MachineException(
                    "%s cannot be read: %s; move it away and delete the machine or network it stands for"
                            .formatted(file, unreadable.getMessage()),
                    unreadable);
        }
    }

    static <T> T read(Path file, Class<T> type) {
        return find(file, type).orElseThrow(() -> new MachineException(file + " is gone"));
    }

    static void write(Path file, Object value) {
        write(file, text(value).getBytes(StandardCharsets.UTF_8));
    }

    static void write(Path file, byte[] bytes) {
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            try (FileChannel out = FileChannel.open(
                    temporary,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                Files.setPosixFilePermissions(temporary, Folders.OWNER_FILE);
                ByteBuffer buffer = ByteBuffer.wrap(bytes);
                while (buffer.hasRemaining()) {
                    out.write(buffer);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(file.resolveSibling("."), StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException failed) {
            throw new MachineException("cannot write %s: %s".formatted(file, failed.getMessage()), failed);
        }
    }
}
