package dev.sigillo.server;

import dev.sigillo.arm.ArmError;
import dev.sigillo.arm.ArmException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/** The files that are sent along with a command: a zip in base64, of which nothing is trusted. */
final class CommandFiles {
    /** Of all files together, unpacked: with the command they have to fit into one Secret, 1 MiB. */
    static final int MOST_BYTES = 900 * 1024;

    static final int MOST_FILES = 500;
    private static final int MOST_PATH = 512;
    private static final String TARGET = "context";

    private CommandFiles() {}

    /**
     * Base64 of each file by its path, which leads nowhere but below the folder that it is unpacked in.
     *
     * @param context base64 of a zip, with line breaks or without; empty for no files
     * @throws ArmException INVALID_PARAMETER for anything else, too many or too large files, or a path that leads out
     */
    static Map<String, String> of(String context) {
        if (context.isBlank()) {
            return Map.of();
        }
        Map<String, String> files = new TreeMap<>();
        try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(decoded(context)))) {
            int left = MOST_BYTES;
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (entry.isDirectory()) {
                    continue;
                }
                byte[] content = zip.readNBytes(left + 1);
                left -= content.length;
                if (left < 0 || files.size() == MOST_FILES) {
                    throw refused("it holds more than %d files or %d bytes", MOST_FILES, MOST_BYTES);
                }
                String path = path(entry.getName());
                if (files.put(path, Base64.getEncoder().encodeToString(content)) != null) {
                    throw refused("it holds '%s' twice", Routes.printable(path));
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw refused(
                    "it is no zip archive that can be read (%s)", Routes.printable(String.valueOf(e.getMessage())));
        }
        if (files.isEmpty()) {
            throw refused("it is no zip archive, or one without files");
        }
        requireNoFileIsAFolder(files);
        return files;
    }

    private static byte[] decoded(String context) {
        try {
            return Base64.getDecoder().decode(context.replaceAll("[\\r\\n]", ""));
        } catch (IllegalArgumentException e) {
            throw refused("it is not base64 (%s)", Routes.printable(String.valueOf(e.getMessage())));
        }
    }

    /** Kubernetes refuses segments that begin with two dots too. */
    private static String path(String name) {
        List<String> path = new ArrayList<>();
        for (String segment : name.split("/", -1)) {
            boolean control = segment.codePoints().anyMatch(Character::isISOControl);
            if (segment.isEmpty() || segment.startsWith("..") || segment.indexOf('\\') >= 0 || control) {
                throw refused("the path '%s' in it is not one below a folder", Routes.printable(name));
            }
            if (!segment.equals(".")) {
                path.add(segment);
            }
        }
        String clean = String.join("/", path);
        if (clean.isEmpty() || clean.length() > MOST_PATH) {
            throw refused("a path in it is empty or longer than %d characters", MOST_PATH);
        }
        return clean;
    }

    private static void requireNoFileIsAFolder(Map<String, String> files) {
        for (String path : files.keySet()) {
            for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
                if (files.containsKey(path.substring(0, slash))) {
                    throw refused("'%s' in it is a file and a folder", Routes.printable(path.substring(0, slash)));
                }
            }
        }
    }

    @com.google.errorprone.annotations.FormatMethod
    private static ArmException refused(String why, Object... args) {
        return ArmError.INVALID_PARAMETER.at(
                TARGET,
                "The value of parameter context is invalid: %s. Send a zip of at most %d files and %d bytes in base64, as az aks command invoke --file does.",
                String.format(why, args),
                MOST_FILES,
                MOST_BYTES);
    }
}
