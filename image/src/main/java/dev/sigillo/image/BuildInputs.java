package dev.sigillo.image;

import dev.sigillo.attest.ReferenceManifest;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.evidence.ManifestJson;
import dev.sigillo.pe.PeImage;
import dev.sigillo.process.Command;
import dev.sigillo.uefi.VarStore;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What an image is made from.
 *
 * @param cache {@code $SIGILLO_CACHE}
 * @param distribution the tree's folder of that name: recipes and the node's own files
 * @param programs kubelet, kube-proxy, kubectl, coredns, pause, initrd and the version of Kubernetes, as {@code distribution/build} printed
 * @param agent folder of the agent's jars
 * @param javaHome the JDK that the agent's runtime is cut from
 * @param firmware folder of OVMF's files
 */
record BuildInputs(Path cache, Path distribution, Path programs, Path agent, Path javaHome, Path firmware) {

    static final String FIRMWARE_CODE = "OVMF_CODE_4M.secboot.fd";
    private static final List<String> TEMPLATES = List.of("OVMF_VARS_4M.ms.fd", "OVMF_VARS_4M.fd", FIRMWARE_CODE);
    private static final List<String> PROGRAMS =
            List.of("kubelet", "kube-proxy", "kubectl", "coredns", "pause", "initrd", "version");

    /** Debian packages of the host whose programs write files of the image. */
    private static final List<String> TOOLS = List.of(
            "coreutils",
            "cpio",
            "cryptsetup-bin",
            "dosfstools",
            "erofs-utils",
            "gdisk",
            "kmod",
            "mmdebstrap",
            "mtools",
            "xz-utils",
            "zstd");

    /** One class of each module that has a say in what is built and predicted. */
    private static final List<Class<?>> CODE = List.of(
            BuildInputs.class, ReferenceManifest.class, ManifestJson.class, VarStore.class, PeImage.class, Bytes.class);

    private static final Pattern DATE = Pattern.compile("# ([0-9]{4}-[0-9]{2}-[0-9]{2})");

    Path images() {
        return cache.resolve("images");
    }

    Path recipe(String name) {
        return distribution.resolve("image").resolve(name);
    }

    Path lock() {
        return recipe("packages.lock");
    }

    /** Packages that were downloaded once, by their digest. */
    Path packages() {
        return cache.resolve("debs");
    }

    Path firmwareCode() {
        return firmware.resolve(FIRMWARE_CODE);
    }

    /** Midnight of the day that the lock names: the time of everything in an image. */
    Instant time() {
        return lockDate().atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** The full version of the kubelet that the image holds. */
    String kubernetes() {
        try {
            return Files.readString(required(programs.resolve("version"), "run distribution/build"))
                    .strip();
        } catch (IOException e) {
            throw new ImageException("cannot read the version of %s: %s".formatted(programs, e.getMessage()), e);
        }
    }

    /** When the packages were locked; the lock's first line. */
    LocalDate lockDate() {
        try (Stream<String> lines = Files.lines(lock())) {
            Matcher matcher = DATE.matcher(lines.findFirst().orElse(""));
            if (!matcher.matches()) {
                throw new ImageException("%s must begin with its date, such as \"# 2026-11-25\"".formatted(lock()));
            }
            return LocalDate.parse(matcher.group(1));
        } catch (IOException | DateTimeException e) {
            throw new ImageException("cannot read the date of %s: %s".formatted(lock(), e.getMessage()), e);
        }
    }

    /** Names the content of every input, and no path: the same content gives the same key in another folder. */
    String key() {
        try {
            StringBuilder all = new StringBuilder("image recipe 3\n");
            for (Path folder : List.of(distribution.resolve("image"), distribution.resolve("node"), agent)) {
                add(all, folder);
            }
            for (String program : PROGRAMS) {
                addFile(all, program, required(programs.resolve(program), "run distribution/build"));
            }
            for (String template : TEMPLATES) {
                addFile(all, template, required(firmware.resolve(template), "install Debian's package ovmf"));
            }
            for (String file : List.of("release", "lib/modules", "lib/server/libjvm.so")) {
                addFile(all, "JDK/" + file, required(javaHome.resolve(file), "set JAVA_HOME to a JDK 25"));
            }
            all.append(tools());
            for (Class<?> one : CODE) {
                Path place = Path.of(
                        one.getProtectionDomain().getCodeSource().getLocation().getPath());
                if (Files.isDirectory(place)) {
                    add(all, place);
                } else {
                    addFile(all, one.getSimpleName(), place);
                }
            }
            return Digest.sha256(all.toString().getBytes(StandardCharsets.UTF_8))
                    .hex()
                    .substring(0, 16);
        } catch (IOException e) {
            throw new ImageException("cannot read what the image is made from: " + e.getMessage(), e);
        }
    }

    /** Another version of one of these may write other bytes. */
    private static String tools() {
        List<String> command = new ArrayList<>(List.of("dpkg-query", "-W", "-f", "${Package} ${Version}\n"));
        command.addAll(TOOLS);
        return Command.run(Duration.ofSeconds(30), command).orThrow().out();
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
