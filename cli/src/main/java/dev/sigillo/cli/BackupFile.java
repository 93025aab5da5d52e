package dev.sigillo.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.DigestInputStream;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * A home in one file: a line with the SHA-256 of the rest, then a gzipped tar. The digest tells damage and files of another
 * kind; it does not tell who made the file.
 */
record BackupFile(Path path) {
    private static final String FORMAT = "sigillo-backup-1 ";
    private static final int HEADER = FORMAT.length() + 64 + 1;

    /** What another server makes anew, what only this host's next start may have, and disks of failed machines. */
    private static final List<String> LEFT_OUT =
            List.of("lock", "log", "server.json", "machines", "machine-keys", "networks", "remains");

    /** Writes the file whole or not at all, for its owner alone to read. Nothing may write to the home meanwhile. */
    void write(Path home) throws IOException {
        Path part = Files.createTempFile(folder(), ".sigillo-backup-", ".part");
        try {
            try (FileChannel channel = FileChannel.open(part, StandardOpenOption.WRITE)) {
                MessageDigest digest = sha256();
                channel.position(HEADER);
                pack(home, new DigestOutputStream(Channels.newOutputStream(channel), digest));
                channel.write(ByteBuffer.wrap(header(digest)), 0);
                channel.force(true);
            }
            Files.move(part, path);
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private Path folder() {
        Path parent = path.toAbsolutePath().getParent();
        return parent == null ? path.toAbsolutePath() : parent;
    }

    private static byte[] header(MessageDigest digest) {
        return (FORMAT + HexFormat.of().formatHex(digest.digest()) + "\n").getBytes(StandardCharsets.US_ASCII);
    }

    private static void pack(Path home, OutputStream out) throws IOException {
        List<String> tar =
                new ArrayList<>(List.of("tar", "--create", "--gzip", "--numeric-owner", "--one-file-system"));
        LEFT_OUT.forEach(name -> tar.add("--exclude=./" + name));
        tar.addAll(List.of("--directory", home.toString(), "."));
        Process process = start(tar);
        process.getOutputStream().close();
        try (InputStream archive = process.getInputStream()) {
            archive.transferTo(out);
        }
        require(process, "packing " + home);
    }

    /**
     * @throws Failure if the file is none of ours, or not as it was written
     */
    void check() throws IOException {
        try (InputStream file = Files.newInputStream(path)) {
            byte[] header = file.readNBytes(HEADER);
            if (!new String(header, StandardCharsets.ISO_8859_1).matches(FORMAT + "[0-9a-f]{64}\n")) {
                throw Failure.because(
                        path + " is no backup of a Sigillo home: it does not begin with \"" + FORMAT.strip() + "\".",
                        "sigillo backup FILE writes one.");
            }
            MessageDigest digest = sha256();
            new DigestInputStream(file, digest).transferTo(OutputStream.nullOutputStream());
            if (!MessageDigest.isEqual(header, header(digest))) {
                throw Failure.because(
                        path + " is damaged: its SHA-256 is not the one that it names.", "Take another copy of it.");
            }
        }
    }

    /** Unpacks a file that was checked, with owners and modes as they were. */
    void unpack(Path into) throws IOException {
        Process process = start(List.of(
                "tar",
                "--extract",
                "--gzip",
                "--numeric-owner",
                "--same-permissions",
                "--same-owner",
                "--directory",
                into.toString()));
        try (InputStream file = Files.newInputStream(path);
                OutputStream archive = process.getOutputStream()) {
            file.skipNBytes(HEADER);
            file.transferTo(archive);
        }
        require(process, "unpacking " + path);
    }

    private static Process start(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static void require(Process process, String what) {
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw Failure.because(
                        what + " failed: tar ended with exit code " + code + ".", "Its own words are above.");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroy();
            throw Failure.because("Interrupted while " + what + ".", "It can be repeated.");
        }
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java runtime has SHA-256", e);
        }
    }
}
