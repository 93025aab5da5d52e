package dev.sigillo.cli;

import dev.sigillo.attest.CertificateFile;
import dev.sigillo.attest.EkCheck;
import dev.sigillo.attest.KeyFile;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * CA certificates below one folder, or in one file.
 *
 * @param authorities DER, those that are a CA's
 * @param ignored names of files with no CA certificate
 */
record CertificateFolder(List<Bytes> authorities, List<String> ignored) {

    private static final int MAX_FILES = 2000;

    /** @throws Failure with exit code 2 if it cannot be read, or has no CA certificate */
    static CertificateFolder read(Path place) {
        List<Bytes> authorities = new ArrayList<>();
        List<String> ignored = new ArrayList<>();
        for (Path file : files(place)) {
            int before = authorities.size();
            for (Bytes der : EvidenceFile.read(file, KeyFile.MAX_SIZE, CertificateFolder::certificates)) {
                if (EkCheck.isAuthority(der)) {
                    authorities.add(der);
                }
            }
            if (authorities.size() == before) {
                ignored.add(Fields.safe(place.relativize(file).toString()));
            }
        }
        if (authorities.isEmpty()) {
            throw Failure.usage(
                    "%s has no CA certificate in PEM or DER among its %d files.".formatted(place, ignored.size()));
        }
        return new CertificateFolder(List.copyOf(authorities), List.copyOf(ignored));
    }

    private static List<Path> files(Path place) {
        if (Files.isRegularFile(place)) {
            return List.of(place);
        }
        try (Stream<Path> walk = Files.walk(place, 4)) {
            return walk.filter(Files::isRegularFile).limit(MAX_FILES).sorted().toList();
        } catch (IOException unreadable) {
            throw Failure.usage(place + " cannot be read: no such folder or file of certificates.");
        }
    }

    /** None where the file is something else: a README, a key. */
    private static List<Bytes> certificates(Bytes file) {
        try {
            CertificateFile read = CertificateFile.read(file);
            List<Bytes> all = new ArrayList<>(read.others());
            all.addFirst(read.certificate());
            return all;
        } catch (MalformedException other) {
            return List.of();
        }
    }
}
