package dev.sigillo.inspect;

import dev.sigillo.attest.Certificates;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.bytes.MalformedException;
import dev.sigillo.kernel.KernelConfig;
import dev.sigillo.kernel.KernelImage;
import dev.sigillo.pe.PeImage;
import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiConsumer;

/** The kernels that were found, by release: whose keys and options decide about modules. */
final class Kernels {
    /** Their kernels trust the platform keyring, db and MokList, for modules; upstream's do not. */
    private static final Set<String> PLATFORM = Set.of(
            "debian",
            "ubuntu",
            "fedora",
            "rhel",
            "centos",
            "almalinux",
            "rocky",
            "ol",
            "amzn",
            "sles",
            "opensuse-leap");

    /** Where DKMS, Ubuntu and akmods keep the certificate of the key that they sign modules with. */
    private static final List<String> LYING_ABOUT = List.of(
            "var/lib/dkms/mok.pub",
            "var/lib/dkms/mok.der",
            "var/lib/shim-signed/mok/MOK.der",
            "etc/pki/akmods/certs/public_key.der",
            "etc/kernel/secure-boot-certificate.pem");

    private static final int CERTIFICATE = 64 << 10;

    private final List<Tree> trees;
    private final BiConsumer<String, String> unchecked;
    private final Keyring keyring;
    private final boolean dbKnown;
    private final Map<String, Source> sources = new LinkedHashMap<>();
    private final Map<String, String> unread = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    /** A kernel that may decide about modules. */
    private record Source(KernelImage image, KeySource keySource) {}

    Kernels(List<Tree> trees, MachineTrust trust, List<Shim> shims, BiConsumer<String, String> unchecked) {
        this.trees = trees;
        this.unchecked = unchecked;
        dbKnown = trust.dbKnown();
        keyring = new Keyring(trust, shims, platform());
    }

    List<String> notes() {
        return notes;
    }

    /** Takes note of a kernel's keys and options, unless it is refused itself; the image itself is not kept. */
    void add(BootFile file, Bytes program, CheckedFile answer) {
        Bytes linux = linux(program);
        String release = release(file, linux);
        if (Optional.ofNullable(sources.get(release))
                .filter(known -> known.keySource().sure())
                .isPresent()) {
            return;
        }
        KeySource keySource = KeySource.of(file, answer.cause(), dbKnown);
        try {
            KernelImage image = KernelImage.parse(linux);
            if (keySource.decides()) {
                sources.merge(
                        release,
                        new Source(image, keySource),
                        (known, other) ->
                                !known.keySource().sure() && other.keySource().sure() ? other : known);
            } else {
                unread.put(release, "kernel " + keySource.doubt() + ", so the keys in it decide nothing");
            }
        } catch (MalformedException malformed) {
            unread.put(release, file.shown() + " could not be read: " + malformed.field() + ": " + malformed.detail());
        }
    }

    /** Its own word counts: names such as vmlinuz-virt tell no release, and anyone can rename a file. */
    private static String release(BootFile file, Bytes linux) {
        Optional<String> own;
        try {
            own = KernelImage.release(linux).filter(release -> !release.isEmpty());
        } catch (MalformedException unreadable) {
            own = Optional.empty();
        }
        return own.or(() -> BootFiles.release(file)).orElse("");
    }

    /** A unified kernel image has the kernel in its section .linux. */
    private static Bytes linux(Bytes program) {
        try {
            return PeImage.parse(program).section(".linux").orElse(program);
        } catch (MalformedException other) {
            return program;
        }
    }

    ModuleCheck modulesOf(String release) {
        Optional<Source> source = Optional.ofNullable(sources.get(release));
        Optional<KernelImage> image = source.map(Source::image);
        Optional<KernelConfig> inside = image.flatMap(KernelImage::config);
        // A file beside the kernel is anyone's to write: it may take keys away, and never lets anything in.
        Optional<KernelConfig> config = inside.or(() -> config(release));
        String missing = "";
        if (image.isEmpty()) {
            missing = unread.getOrDefault(
                    release, "no kernel of release " + release + " was found to read its keys from");
        } else if (!image.get().keys().found()) {
            missing = "no list of built-in keys was found in kernel " + release;
        }
        if (config.filter(options -> !options.enforcesModules()).isPresent()) {
            notes.add(
                    inside.isPresent()
                            ? "Kernel " + release + " does not enforce module signatures, not even with Secure Boot on."
                            : "A configuration file says that kernel " + release
                                    + " does not enforce module signatures; "
                                    + "the kernel itself holds no configuration, so its modules are judged as if it did.");
        }
        return new ModuleCheck(
                release,
                keyring.keys(release, image, config, missing, lyingAbout()),
                inside,
                source.map(Source::keySource).orElse(new KeySource(true, "")));
    }

    private Optional<KernelConfig> config(String release) {
        for (String place : List.of(
                "boot/config-" + release,
                "config-" + release,
                "usr/lib/modules/" + release + "/config",
                "lib/modules/" + release + "/config")) {
            Optional<Bytes> text = read(place, KernelConfig.MAX_SIZE);
            if (text.isPresent()) {
                return text.map(KernelConfig::parse);
            }
        }
        return Optional.empty();
    }

    private Optional<Bytes> read(String place, int most) {
        for (Tree tree : trees) {
            Optional<String> path = new Walk(tree, unchecked).resolve(place);
            try {
                if (path.isPresent() && tree.kind(path.get()) == Tree.Kind.FILE) {
                    return Optional.of(tree.read(path.get(), most));
                }
            } catch (IOException unreadable) {
                unchecked.accept(tree.shown(path.orElse(place)), Walk.why(unreadable));
            }
        }
        return Optional.empty();
    }

    private Map<X509Certificate, String> lyingAbout() {
        Map<X509Certificate, String> found = new LinkedHashMap<>();
        for (String place : LYING_ABOUT) {
            read(place, CERTIFICATE)
                    .flatMap(Certificates::read)
                    .ifPresent(certificate -> found.put(certificate, "/" + place));
        }
        return found;
    }

    private boolean platform() {
        Optional<Bytes> release = read("etc/os-release", CERTIFICATE).or(() -> read("usr/lib/os-release", CERTIFICATE));
        return release.stream()
                .flatMap(text -> text.utf8().lines())
                .filter(line -> line.startsWith("ID=") || line.startsWith("ID_LIKE="))
                .flatMap(line -> List.of(
                        line.substring(line.indexOf('=') + 1).replace("\"", "").split(" "))
                        .stream())
                .anyMatch(PLATFORM::contains);
    }
}
