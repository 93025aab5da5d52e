package dev.sigillo.attest;

import dev.sigillo.eventlog.ImaEntry;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says which driver a foreign entry of the IMA list poses as. The path is hostile text: bound by PCR 10, but chosen by anyone. */
record DriverNames(ReferenceManifest manifest) {

    private static final Pattern MODULE = Pattern.compile("([A-Za-z0-9_-]{1,64})\\.ko(\\.[a-z0-9]{1,4})?");

    /** The initrd's modules carry the order of their loading: {@code /modules/10-virtio_blk.ko}. */
    private static final Pattern NUMBERED = Pattern.compile("\\d{1,3}-(.+)");

    Finding judge(List<ImaEntry> foreign) {
        if (foreign.isEmpty()) {
            return Finding.held(Check.DRIVERS);
        }
        ImaEntry first = foreign.getFirst();
        String more = foreign.size() == 1 ? "" : "; and " + (foreign.size() - 1) + " more";
        Optional<String> module = module(first.path());
        return new Finding.Broken(
                Check.DRIVERS,
                module.map(name -> "driver " + name).orElse("file " + Printable.name(first.path())),
                module.flatMap(this::driver)
                        .map(driver -> "sha256:" + driver.sha256())
                        .orElse("one of the " + manifest.drivers().size() + " modules of image " + manifest.image()),
                (first.violation() ? "a violation: it changed while it was read" : digest(first)) + more,
                "IMA entry " + first.index() + ", " + Printable.name(first.path()));
    }

    /** {@code sha256:} and hexadecimal; the parser admits only small letters, digits and dashes as an algorithm. */
    static String digest(ImaEntry entry) {
        return entry.algorithm() + ":" + entry.fileDigest();
    }

    private Optional<Driver> driver(String name) {
        return manifest.drivers().stream()
                .filter(driver -> driver.name().replace('-', '_').equals(name))
                .findFirst();
    }

    /** The name that lsmod shows, if the path is that of a module; without the initrd's number if the image knows it so. */
    private Optional<String> module(String path) {
        Matcher file = MODULE.matcher(path.substring(path.lastIndexOf('/') + 1));
        if (!file.matches()) {
            return Optional.empty();
        }
        String name = file.group(1).replace('-', '_');
        Matcher numbered = NUMBERED.matcher(file.group(1));
        if (driver(name).isEmpty() && numbered.matches()) {
            String plain = numbered.group(1).replace('-', '_');
            boolean initrd = path.startsWith("/modules/") || driver(plain).isPresent();
            return Optional.of(initrd ? plain : name);
        }
        return Optional.of(name);
    }
}
