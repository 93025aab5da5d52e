package dev.sigillo.agent;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Fetches the OCI archives that the server lists and imports them into containerd, once each, to stay. */
final class Archives {

    private static final long MAX_SIZE = 8L * 1024 * 1024 * 1024;
    private static final int TRIES = 20;

    /** Of a large archive in an emulated guest. */
    private static final Duration IMPORT = Duration.ofMinutes(10);

    private static final Pattern UNPACKING =
            Pattern.compile("(?m)^unpacking ([A-Za-z0-9][A-Za-z0-9._:@/-]*) \\(sha256:");

    /** The kubelet's image garbage collection leaves pinned images alone. There is no registry to fetch these from again. */
    private static final String PINNED = "io.cri-containerd.pinned=pinned";

    /** containerd may still be starting. */
    private static final Duration PAUSE = Duration.ofSeconds(5);

    private final Path folder;
    private final Programs programs;
    private final Agent.Pause pause;

    /**
     * @param root {@code /}, or a folder in its place in tests
     * @param pause sleeps between two tries
     */
    Archives(Path root, Programs programs, Agent.Pause pause) {
        folder = root.resolve("var/lib/sigillo");
        this.programs = programs;
        this.pause = pause;
    }

    /** Goes on with the next archive when one stays unobtainable; says so on the console. */
    void preload(HttpsClient client, List<JoinData.Archive> archives) throws InterruptedException {
        for (JoinData.Archive archive : archives) {
            for (int attempt = 1; attempt <= TRIES; attempt++) {
                try {
                    preload(client, archive);
                    Console.say("preloaded " + archive.name());
                    break;
                } catch (IOException e) {
                    if (attempt == 1 || attempt == TRIES) {
                        Console.say("preloading " + archive.name() + " failed (try " + attempt + " of " + TRIES + "): "
                                + e.getMessage());
                    }
                    pause.sleep(PAUSE);
                }
            }
        }
    }

    private void preload(HttpsClient client, JoinData.Archive archive) throws IOException {
        Files.createDirectories(folder);
        Path file = folder.resolve(archive.name());
        try {
            MessageDigest sha256 = sha256();
            int status;
            try (OutputStream out = new DigestOutputStream(Files.newOutputStream(file), sha256)) {
                status = client.get(archive.path(), out, MAX_SIZE);
            }
            String was = HexFormat.of().formatHex(sha256.digest());
            if (status != 200) {
                throw new IOException("the server answered " + status);
            }
            if (!was.equals(archive.sha256())) {
                throw new IOException("SHA-256 is " + was + ", must be " + archive.sha256());
            }
            String said = programs.run(
                    IMPORT, "", List.of("ctr", "-n", "k8s.io", "images", "import", "--local", file.toString()));
            for (String image : imported(said)) {
                programs.run("", List.of("ctr", "-n", "k8s.io", "images", "label", image, PINNED));
            }
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** The names in ctr's lines {@code unpacking NAME (sha256:…)...done}. */
    static Set<String> imported(String said) {
        Set<String> names = new LinkedHashSet<>();
        Matcher line = UNPACKING.matcher(said);
        while (line.find()) {
            names.add(line.group(1));
        }
        return names;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
