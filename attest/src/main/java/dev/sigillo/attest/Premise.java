package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.uefi.SbatEntry;
import dev.sigillo.uefi.SignatureList;
import java.util.List;

/** What a {@link Rehearsal} takes to be in force. */
public sealed interface Premise {

    /**
     * A dbx update: firmware appends its entries to the dbx that it has.
     *
     * @param name what to call it
     */
    record Dbx(String name, List<SignatureList> update) implements Premise {
        public Dbx {
            update = List.copyOf(update);
        }

        /** @throws MalformedException if {@link TrustFiles} cannot read it, or it forbids nothing */
        public static Dbx read(String name, Bytes file) throws MalformedException {
            List<SignatureList> update = TrustFiles.parse(file, TrustDatabase.DBX);
            if (update.stream().allMatch(list -> list.entries().isEmpty())) {
                throw new MalformedException("dbx", 0, "no entry, so that it forbids nothing");
            }
            return new Dbx(name, update);
        }
    }

    /** The least SBAT generations that shim asks for. */
    record SbatLevel(List<SbatEntry> level) implements Premise {
        public SbatLevel {
            level = List.copyOf(level);
        }

        /** Such as {@code 2025021800: shim,4 grub,5}; a level without a date begins with its lines. */
        public String shown() {
            StringBuilder shown = new StringBuilder();
            for (SbatEntry line : level) {
                if (!SbatLevels.isHead(line)) {
                    shown.append(' ')
                            .append(Printable.name(line.component()))
                            .append(',')
                            .append(line.generation());
                }
            }
            return (SbatLevels.date(level).map(date -> date + ":").orElse("") + shown).strip();
        }
    }

    /**
     * Another node image: its manifests, in which the firmware's own registers come from the machine's.
     *
     * @param firmware SHA-256 of the image's firmware code volume
     */
    record NodeImage(ReferenceManifest secureBootOn, ReferenceManifest secureBootOff, Digest firmware)
            implements Premise {}

    /** A policy; of its nonce nothing can be asked any more, since that was judged when the evidence came. */
    record Asked(Policy policy) implements Premise {}
}
