package dev.sigillo.machine;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pki.Pem;
import dev.sigillo.uefi.Guid;
import dev.sigillo.uefi.SignatureEntry;
import dev.sigillo.uefi.SignatureList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What became of a database of certificates and hashes: EFI_SIGNATURE_LIST, UEFI 32.4.1. */
final class SignatureChanges {
    private static final int ONE_BY_ONE = 3;
    private static final int SHOWN_SUBJECT = 80;

    private SignatureChanges() {}

    private record Entry(Guid type, SignatureEntry signature) {
        @Override
        public String toString() {
            Bytes data = signature.data();
            if (type.equals(SignatureList.SHA256)) {
                return "the hash " + data.hex();
            }
            String digest =
                    "SHA-256 " + Digest.sha256(data.toByteArray()).value().hex();
            if (!type.equals(SignatureList.X509)) {
                return "an entry of type %s, %s".formatted(type, digest);
            }
            return "the certificate of %s, %s".formatted(subject(data), digest);
        }

        private static String subject(Bytes der) {
            try {
                return ConsoleText.line(
                        Pem.certificate(der.toByteArray())
                                .getSubjectX500Principal()
                                .toString(),
                        SHOWN_SUBJECT);
            } catch (RuntimeException unreadable) {
                return "nobody that can be read";
            }
        }
    }

    static List<String> of(String name, Bytes template, Bytes now) {
        Set<Entry> given;
        Set<Entry> current;
        try {
            given = entries(template);
            current = entries(now);
        } catch (MalformedException broken) {
            return List.of("%s is no list of signatures: %s".formatted(name, broken.getMessage()));
        }
        List<String> found = new ArrayList<>();
        List<Entry> more = without(current, given);
        List<Entry> less = without(given, current);
        if (more.size() > ONE_BY_ONE) {
            found.add("%s holds %d entries that the template does not have".formatted(name, more.size()));
        } else {
            more.forEach(entry -> found.add("%s holds %s, which the template does not have".formatted(name, entry)));
        }
        if (less.size() > ONE_BY_ONE) {
            found.add("%s lacks %d of the template's %d entries".formatted(name, less.size(), given.size()));
        } else {
            less.forEach(entry -> found.add("%s lacks %s, which the template has".formatted(name, entry)));
        }
        return found.isEmpty() ? List.of(name + " has the template's entries in another arrangement") : found;
    }

    private static Set<Entry> entries(Bytes database) throws MalformedException {
        Set<Entry> entries = new LinkedHashSet<>();
        for (SignatureList list : SignatureList.parseAll(database)) {
            list.entries().forEach(signature -> entries.add(new Entry(list.type(), signature)));
        }
        return entries;
    }

    private static List<Entry> without(Set<Entry> all, Set<Entry> known) {
        return all.stream().filter(entry -> !known.contains(entry)).toList();
    }
}
