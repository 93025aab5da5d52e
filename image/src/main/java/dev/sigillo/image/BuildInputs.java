package dev.sigillo.image;

import dev.sigillo.bytes.Digest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;

/**
 * What an image is made from.
 *
 * @param cache {@code $SIGILLO_CACHE}
 * @param distribution the tree's folder of that name: recipes and the node's own files
 * @param programs node, coredns, pause, initrd, as {@code distribution/build} printed
 * @param agent folder of the agent's jars
 * @param javaHome the JDK that the agent's runtime is cut from
 * @param firmware folder of OVMF's files
 */
record BuildInputs(Path cache, Path distribution, Path programs, Path agent, Path javaHome, Path firmware) {

    static final String FIRMWARE_CODE = "OVMF_CODE_4M.secboot.fd";
    private static final List<String> TEMPLATES = List.of("OVMF_VARS_4M.ms.fd", "OVMF_VARS_4M.fd", FIRMWARE_CODE);
    private static final List<String> PROGRAMS = List.of("node", "coredns", "pause", "initrd");

    Path images() {
        return cache.resolve("images");
    }

    Path recipe(String name) {
        return distribution.resolve("image").resolve(name);
    }

    Path firmwareCode() {
        return firmware.resolve(FIRMWARE_CODE);
    }

    /** Names the content of every input, and no path: the same content gives the same key in another folder. */
    String key() {
        try {
            StringBuilder all = new StringBuilder("image recipe 1\n");
            for (Path folder : List.of(distribution.resolve("image"), distribution.resolve("node"), agent)) {
                add(all, folder);
            }
            for (String program : PROGRAMS) {
                addFile(all, program, required(programs.resolve(program), "run distribution/build"));
            }
            for (String template : TEMPLATES) {
                addFile(all, template, required(firmware.resolve(template), "install Debian's package ovmf"));
            }
            addFile(all, "JDK", required(javaHome.resolve("release"), "set JAVA_HOME to a JDK 25"));
            return Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8))
                    .hex()
                    .substring(0, 16);
        } catch (IOException e) {
            throw new ImageException("cannot read what the image is made from: " + e.getMessage(), e);
        }
    }

    private static Path required(Path file, String remedy) {
        if (!Files.isRegularFile(file)) {
            throw new ImageException("%s is not there: %s".formatted(file, remedy));
        }
        return file;
    }

    private static void add(StringBuilder all, Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new ImageException("%s is no folder".formatted(folder));
        }
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            addFile(all, folder.getFileName() + "/" + folder.relativize(file), file);
        }
    }

    private static void addFile(StringBuilder all, String name, Path file) throws IOException {
        all.append(sha256(file)).append(' ').append(name).append('\n');
    }

    static String sha256(Path file) throws IOException {
        try (DigestInputStream in =
                new DigestInputStream(Files.newInputStream(file), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(java.io.OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }
}
