package dev.sigillo.reference;

import dev.sigillo.attest.PcrReference;
import dev.sigillo.bytes.Bytes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that is known of how a machine boots, before and after an update.
 *
 * @param name what the manifests call themselves
 * @param files as they are after the update
 * @param old those that were others before; none if there was no update. An old kernel needs its initrd, be it the same
 * @param grubFolder where GRUB finds its configuration, in its own words
 * @param commandLine what a boot entry passes to a UKI; for GRUB what its configuration must say
 * @param phases words of systemd-pcrphase that PCR 11 has when evidence is taken
 * @param disk for PCR 5
 * @param taken PCRs of a good boot's log, which count before what is computed
 */
public record BootPlan(
        String name,
        Map<Part, Bytes> files,
        Map<Part, Bytes> old,
        String grubFolder,
        Optional<String> commandLine,
        List<String> phases,
        Optional<BootDisk> disk,
        List<PcrReference> taken) {

    /** A file that boots need, in the order in which the names of states tell them. */
    public enum Part {
        KERNEL("kernel"),
        INITRD("initrd"),
        GRUB_CONFIGURATION("grub.cfg"),
        UKI("UKI"),
        GRUB("GRUB"),
        SYSTEMD_BOOT("systemd-boot"),
        LOADER_CONF("loader.conf"),
        SHIM("shim"),
        VARSTORE("varstore");

        private final String shown;

        Part(String shown) {
            this.shown = shown;
        }

        /** As a person writes it. */
        public String shown() {
            return shown;
        }
    }

    public BootPlan {
        files = Map.copyOf(files);
        old = Map.copyOf(old);
        phases = List.copyOf(phases);
        taken = List.copyOf(taken);
    }

    boolean takes(int pcr) {
        return taken.stream().anyMatch(one -> one.pcr() == pcr);
    }
}
