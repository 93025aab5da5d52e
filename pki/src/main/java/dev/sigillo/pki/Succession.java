package dev.sigillo.pki;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * An authority and its former ones, in one folder: the first lies in the folder itself, where it was before there was any
 * other, the second in {@code 2/}, and so on. The one with the highest number signs; the former ones stay until somebody
 * says that nothing of theirs is in use.
 *
 * <p>An authority is there from the instant on at which its {@code ca.crt} is, which is written last and removed first: a
 * process that is killed at any step leaves either the old state or the new one, and {@link #open} tidies what is neither.
 */
public final class Succession {
    private final Path folder;
    private final String commonName;
    private final InstantSource clock;
    private volatile List<Member> members;
    private volatile CertificateAuthority current;

    /** @param number 1 for the first */
    private record Member(int number, X509Certificate certificate) {}

    private Succession(Path folder, String commonName, InstantSource clock, List<Member> members) {
        this.folder = folder;
        this.commonName = commonName;
        this.clock = clock;
        this.members = members;
        this.current = CertificateAuthority.open(folder(members.getFirst().number()), commonName, clock);
    }

    /**
     * The authorities kept in the folder; the first one is made at the first call.
     *
     * @param commonName of the first; the later ones have their number behind it
     */
    public static Succession open(Path folder, String commonName, InstantSource clock) {
        if (present(folder).isEmpty()) {
            CertificateAuthority.open(folder, commonName, clock);
        }
        List<Member> members = present(folder);
        Succession succession = new Succession(folder, commonName, clock, members);
        succession.tidy();
        return succession;
    }

    /** Newest first. */
    private static List<Member> present(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return Stream.concat(Stream.of(folder), entries.filter(Succession::isLater))
                    .filter(each -> Files.exists(each.resolve(CertificateAuthority.CERTIFICATE)))
                    .map(each -> new Member(
                            each.equals(folder) ? 1 : number(each),
                            Pem.certificates(WholeFile.read(each.resolve(CertificateAuthority.CERTIFICATE)))
                                    .getFirst()))
                    .sorted(Comparator.comparingInt(Member::number).reversed())
                    .toList();
        } catch (IOException unreadable) {
            throw new PkiException("cannot read the folder " + folder, unreadable);
        }
    }

    private static boolean isLater(Path entry) {
        return entry.getFileName().toString().matches("[1-9][0-9]{0,8}") && number(entry) > 1;
    }

    private static int number(Path folder) {
        return Integer.parseInt(folder.getFileName().toString());
    }

    private Path folder(int number) {
        return number == 1 ? folder : folder.resolve(Integer.toString(number));
    }

    /** Keys without certificate are of an authority that nobody has seen, or that nobody is to see any more. */
    private void tidy() {
        try (Stream<Path> entries = Files.list(folder)) {
            List<Path> all = new ArrayList<>(entries.filter(Succession::isLater).toList());
            all.add(folder);
            for (Path each : all) {
                if (!Files.exists(each.resolve(CertificateAuthority.CERTIFICATE))) {
                    remove(each);
                }
            }
        } catch (IOException unreadable) {
            throw new PkiException("cannot read the folder " + folder, unreadable);
        }
    }

    /** The one that signs. */
    public CertificateAuthority current() {
        return current;
    }

    /** The certificates of all, the one that signs first. */
    public List<X509Certificate> certificates() {
        return members.stream().map(Member::certificate).toList();
    }

    /** The certificates of those that sign no more, the last one first. */
    public List<X509Certificate> former() {
        return certificates().subList(1, members.size());
    }

    /** The very first one's, while it is there. */
    public Optional<X509Certificate> first() {
        return Optional.of(members.getLast()).filter(each -> each.number() == 1).map(Member::certificate);
    }

    /** The authority of this certificate; empty if it is none of these, or its key is destroyed. */
    public Optional<CertificateAuthority> find(X509Certificate certificate) {
        return members.stream()
                .filter(each -> each.certificate().equals(certificate))
                .filter(each -> Files.exists(folder(each.number()).resolve(CertificateAuthority.KEY)))
                .map(each -> CertificateAuthority.open(folder(each.number()), commonName, clock))
                .findFirst();
    }

    /** A new authority signs from now on, durably; the one that did is a former one. */
    public synchronized X509Certificate rotate() {
        int next = members.getFirst().number() + 1;
        CertificateAuthority made = CertificateAuthority.open(folder(next), commonName + " " + next, clock);
        WholeFile.force(folder);
        members = present(folder);
        current = made;
        return made.certificate();
    }

    /** Destroys the keys of the former authorities: they are still believed, and sign nothing any more. */
    public synchronized void destroyFormerKeys() {
        members.stream()
                .skip(1)
                .map(each -> folder(each.number()).resolve(CertificateAuthority.KEY))
                .forEach(Succession::delete);
    }

    /** Forgets a former authority, for good; nothing happens if it is none. */
    public synchronized void drop(X509Certificate former) {
        List<Member> all = members;
        for (Member each : all.subList(1, all.size())) {
            if (each.certificate().equals(former)) {
                delete(folder(each.number()).resolve(CertificateAuthority.CERTIFICATE));
                remove(folder(each.number()));
            }
        }
        members = present(folder);
    }

    /** What is left in an authority's folder, and the folder itself if it is not the first one's. */
    private void remove(Path authority) {
        for (String name : List.of(CertificateAuthority.KEY, CertificateAuthority.CERTIFICATE)) {
            delete(authority.resolve(name + WholeFile.HALF));
        }
        delete(authority.resolve(CertificateAuthority.KEY));
        if (!authority.equals(folder)) {
            delete(authority);
        }
    }

    private static void delete(Path file) {
        try {
            if (Files.deleteIfExists(file)) {
                WholeFile.force(file.toAbsolutePath().getParent());
            }
        } catch (IOException undeletable) {
            throw new PkiException("cannot remove " + file, undeletable);
        }
    }
}
