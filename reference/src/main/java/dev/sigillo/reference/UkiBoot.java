package dev.sigillo.reference;

import dev.sigillo.attest.Components;
import dev.sigillo.attest.ExpectedEvent;
import dev.sigillo.attest.Origin;
import dev.sigillo.attest.PcrReference;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.Digest;
import dev.sigillo.bytes.HashAlgorithm;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.pe.PeImage;
import dev.sigillo.uefi.VarStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What firmware, systemd-stub and the kernel's EFI stub measure when a unified kernel image boots, started by the
 * firmware itself or by systemd-boot: PCR 4, 7, 9, 11 and, where a command line was passed in, 12. PCR 8, 13 and 14 are
 * not touched.
 */
public final class UkiBoot {

    /** systemd-pcrphase of an ordinary boot, up to a machine that is ready. */
    public static final List<String> READY = List.of("enter-initrd", "leave-initrd", "sysinit", "ready");

    private final Bytes image;
    private final UkiFile uki;
    private final VarStore varstore;
    private final Loader loader;
    private final Optional<String> passed;
    private final List<String> phases;

    private enum By {
        FIRMWARE,
        SYSTEMD_BOOT_252,
        SYSTEMD_BOOT_257
    }

    private record Loader(By by, Bytes image, Optional<Bytes> loaderConf) {}

    private UkiBoot(
            Bytes image, VarStore varstore, Loader loader, Optional<String> passed, List<String> phases, UkiFile uki) {
        this.image = image;
        this.varstore = varstore;
        this.loader = loader;
        this.passed = passed;
        this.phases = List.copyOf(phases);
        this.uki = uki;
    }

    /** Started by the firmware. */
    public static UkiBoot of(Bytes image, VarStore varstore) throws MalformedException, UnpredictableException {
        Loader firmware = new Loader(By.FIRMWARE, Bytes.empty(), Optional.empty());
        return new UkiBoot(image, varstore, firmware, Optional.empty(), List.of(), UkiFile.parse(image));
    }

    /** The same, started by systemd-boot, which the firmware started. */
    public UkiBoot by(Bytes systemdBoot, Optional<Bytes> loaderConf) throws MalformedException, UnpredictableException {
        SystemdRelease release = SystemdRelease.of(PeImage.parse(systemdBoot), "systemd-boot");
        By by = release == SystemdRelease.V252 ? By.SYSTEMD_BOOT_252 : By.SYSTEMD_BOOT_257;
        return new UkiBoot(image, varstore, new Loader(by, systemdBoot, loaderConf), passed, phases, uki);
    }

    /** The same, with a command line that a boot entry or a person passes in; it counts unless Secure Boot forbids it. */
    public UkiBoot passing(String commandLine) {
        return new UkiBoot(image, varstore, loader, Optional.of(commandLine), phases, uki);
    }

    /** The same, on a system whose systemd-pcrphase has extended PCR 11 so far; {@link #READY}. No log tells of them. */
    public UkiBoot after(List<String> words) {
        return new UkiBoot(image, varstore, loader, passed, words, uki);
    }

    /** As the kernel's EFI stub gets it. */
    public String commandLine() throws UnpredictableException {
        return overriding()
                .or(uki::commandLine)
                .orElseThrow(() -> new UnpredictableException(
                        uki.sealsCommandLine()
                                ? "the UKI's section .cmdline is blank: what the kernel then measures is not known;"
                                        + " build the UKI with a line, or without the section"
                                : "the UKI has no section .cmdline and none is passed in: say which command line the"
                                        + " boot entry gives"));
    }

    /** With Secure Boot on, a command line within the image is the only one, be it blank. */
    private Optional<String> overriding() {
        boolean sealed = varstore.secureBoot() && uki.sealsCommandLine();
        return sealed ? Optional.empty() : passed().map(uki::mangled).filter(line -> !line.isEmpty());
    }

    /** systemd-boot 252 reads the line out of the image and passes it back. */
    private Optional<String> passed() {
        return loader.by() == By.SYSTEMD_BOOT_252 ? passed.or(uki::commandLine) : passed;
    }

    Optional<Bytes> measuredLoaderConf() {
        return loader.by() == By.SYSTEMD_BOOT_257 ? loader.loaderConf() : Optional.empty();
    }

    /** By index; PCR 5 is the disk's ({@link BootDisk}), the others are the firmware's ({@link FirmwareLog}). */
    public List<PcrReference> pcrs() throws MalformedException, UnpredictableException {
        SecureBootPolicy policy = new SecureBootPolicy(varstore);
        List<ExpectedEvent> images = new ArrayList<>();
        images.add(Expected.action(BootDisk.CALLING));
        images.add(Expected.separator());
        if (loader.by() != By.FIRMWARE) {
            policy.firmwareStarts(loader.image(), "systemd-boot");
            images.add(Expected.image(loader.image(), "systemd-boot"));
        }
        policy.firmwareStarts(image, "UKI");
        images.add(Expected.image(image, "UKI"));
        if (!varstore.secureBoot()) {
            // With Secure Boot on the stub loads the kernel past the firmware's check, and so past its measurement.
            images.add(Expected.image(uki.kernel(), Components.KERNEL + " (.linux)"));
        }
        List<PcrReference> pcrs = new ArrayList<>(List.of(
                new PcrReference(4, images),
                new PcrReference(7, policy.events()),
                new PcrReference(9, handed()),
                new PcrReference(11, kernelImage())));
        if (!parameters().isEmpty()) {
            pcrs.add(new PcrReference(12, parameters()));
        }
        return pcrs;
    }

    private List<ExpectedEvent> kernelImage() {
        List<ExpectedEvent> events = new ArrayList<>(uki.measuredSections());
        for (String phase : phases) {
            Digest digest = Digest.of(HashAlgorithm.SHA256, Bytes.utf8(phase));
            events.add(new ExpectedEvent("EV_IPL", digest, "systemd phase " + phase, Origin.RULE));
        }
        return events;
    }

    private List<ExpectedEvent> handed() throws UnpredictableException {
        List<ExpectedEvent> events = new ArrayList<>();
        events.add(Expected.file("EV_EVENT_TAG", UkiFile.loadOptions(commandLine()), Components.LOAD_OPTIONS));
        if (!uki.initrd().isEmpty()) {
            events.add(Expected.file("EV_EVENT_TAG", uki.initrd(), Components.INITRD));
        }
        return events;
    }

    /** By the loader, which passes the line, and by the stub, if it takes it. */
    private List<ExpectedEvent> parameters() {
        List<ExpectedEvent> events = new ArrayList<>();
        if (loader.by() != By.FIRMWARE) {
            passed().map(uki::mangled).ifPresent(line -> events.add(parameter(line)));
        }
        overriding().ifPresent(line -> events.add(parameter(line)));
        return events;
    }

    private static ExpectedEvent parameter(String line) {
        return Expected.file("EV_IPL", UkiFile.loadOptions(line), "command line passed in");
    }
}
