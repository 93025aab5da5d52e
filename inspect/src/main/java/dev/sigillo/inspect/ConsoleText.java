package dev.sigillo.inspect;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A kept console: which of the messages of firmware, shim, GRUB and Linux about a refused file it holds, and which file of
 * the machine that was. What a console says is the guest's word: it points, it proves nothing.
 */
final class ConsoleText {
    private static final Pattern ESCAPES =
            Pattern.compile("\u001b\\[[0-?]*+[ -/]*+[@-~]|\u001b\\][^\u0007\u001b]*+\u0007?|\u001b[ -~]?");
    private static final int LONGEST_LINE = 400;
    private static final Pattern EFI_PATH =
            Pattern.compile("[\\\\/]EFI[\\\\/][^\\s:\"]{1,200}?\\.efi", Pattern.CASE_INSENSITIVE);

    private static final Pattern ONCE = Pattern.compile(
            "BdsDxe: (loading|starting|failed to load|failed to start) Boot\\p{XDigit}{4}|Welcome to GRUB|Linux version ");

    /**
     * A message, most telling first.
     *
     * @param meaning what it says, for a person
     * @param kinds what may explain it, most probable first; none when no file of Secure Boot does
     */
    private record Sign(Pattern line, String meaning, List<Kind> kinds) {
        Sign(String line, String meaning, Kind... kinds) {
            this(Pattern.compile(line, Pattern.CASE_INSENSITIVE), meaning, List.of(kinds));
        }
    }

    private static final List<Sign> SIGNS = List.of(
            new Sign(
                    "SBAT self-check failed",
                    "shim is older than the machine's SBAT level and refused to start itself",
                    Kind.BOOTLOADER),
            new Sign(
                    "bad shim signature|prohibited by secure boot policy",
                    "GRUB asked shim about the kernel, and shim refused it",
                    Kind.KERNEL),
            new Sign(
                    "Verification failed: \\(0x1A\\) Security Violation|shim.{0,80}verification failed|import_mok_state.{0,80}failed|Failed to load image.{0,120}Security Violation",
                    "shim refused what it was to start",
                    Kind.BOOTLOADER,
                    Kind.KERNEL),
            new Sign(
                    "(BdsDxe: failed to (load|start)|[\\\\/]EFI[\\\\/].{1,200}\\.efi\\b|Command Error Status:).{0,200}(Access Denied|Security Violation)",
                    "the firmware refused the boot loader",
                    Kind.BOOTLOADER,
                    Kind.KERNEL),
            new Sign(
                    "Loading of unsigned module is rejected|Loading of module with (unavailable|unsupported) .{0,40}is rejected|unsigned module loading is restricted|Key was rejected by service|Required key not available|module verification failed: signature",
                    "the kernel refused a module",
                    Kind.MODULE),
            new Sign(
                    "Lockdown: .{0,200}(is restricted|restricted;)",
                    "the kernel is locked down, since Secure Boot is on, and refused what is named",
                    Kind.MODULE),
            new Sign(
                    "(root hash verification failed|verity.{0,80}(corrupt|mismatch|failed)|(data|metadata) block \\d+ is corrupted)",
                    "dm-verity refused the root file system: it was changed"),
            new Sign(
                    "You need to load the kernel first",
                    "GRUB had no kernel: the one that it was told to load was refused or is absent",
                    Kind.KERNEL),
            new Sign(
                    "No bootable option or device was found|BdsDxe: No bootable",
                    "the firmware found nothing that it may start",
                    Kind.BOOTLOADER));

    private ConsoleText() {}

    /** What the console says most probably went wrong, at the last boot that it tells of, with the file that explains it. */
    static Optional<ProbableCause> cause(String text, List<CheckedFile> files) {
        return boots(lines(text)).reversed().stream()
                .flatMap(boot -> causeOf(boot, files).stream())
                .findFirst();
    }

    private static Optional<ProbableCause> causeOf(List<String> boot, List<CheckedFile> files) {
        for (Sign sign : SIGNS) {
            for (int i = boot.size() - 1; i >= 0; i--) {
                if (sign.line().matcher(boot.get(i)).find()) {
                    return Optional.of(told(sign, boot, i, files));
                }
            }
        }
        return Optional.empty();
    }

    /** The lines of each boot: what happens once in a boot, and happens again, is of the next one. */
    private static List<List<String>> boots(List<String> lines) {
        List<List<String>> boots = new ArrayList<>();
        Set<String> happened = new HashSet<>();
        int start = 0;
        for (int i = 0; i < lines.size(); i++) {
            Matcher once = ONCE.matcher(lines.get(i));
            if (once.find() && !happened.add(once.group())) {
                boots.add(lines.subList(start, i));
                start = i;
                happened.clear();
                happened.add(once.group());
            }
        }
        boots.add(lines.subList(start, lines.size()));
        return boots;
    }

    private static ProbableCause told(Sign sign, List<String> lines, int at, List<CheckedFile> files) {
        String line = lines.get(at).strip();
        Optional<CheckedFile> file = named(sign, lines, at, files);
        if (file.isEmpty()) {
            String none = sign.kinds().isEmpty()
                    ? ""
                    : "; nothing on disk that was looked at explains it: are disk, varstore and console of the same boot?";
            return new ProbableCause(sign.meaning() + none, "", line);
        }
        return new ProbableCause(
                sign.meaning() + ": " + file.get().path() + ": " + file.get().reason(),
                file.get().path(),
                line);
    }

    private static Optional<CheckedFile> named(Sign sign, List<String> lines, int at, List<CheckedFile> files) {
        for (int i = at; i >= Math.max(0, at - 12); i--) {
            Optional<CheckedFile> named = namedIn(lines.get(i), sign, files);
            if (named.isPresent()) {
                return named;
            }
        }
        return sign.kinds().stream()
                .flatMap(kind -> files.stream().filter(file -> file.kind() == kind && isRefused(file)))
                .findFirst();
    }

    private static Optional<CheckedFile> namedIn(String line, Sign sign, List<CheckedFile> files) {
        Matcher path = EFI_PATH.matcher(line);
        String efi = path.find() ? path.group().replace('\\', '/').toLowerCase(Locale.ROOT) : "";
        return files.stream()
                .filter(file -> isRefused(file) && sign.kinds().contains(file.kind()))
                .filter(file -> {
                    String name = file.path().substring(file.path().lastIndexOf('/') + 1);
                    String word = file.kind() == Kind.MODULE ? name.replaceFirst("\\.ko.*", "") : name;
                    return !efi.isEmpty()
                                    && file.path().toLowerCase(Locale.ROOT).endsWith(efi)
                            || file.kind() != Kind.BOOTLOADER && word.length() > 3 && line.contains(word);
                })
                .findFirst();
    }

    private static boolean isRefused(CheckedFile file) {
        return file.answer() == Cause.Answer.REFUSED;
    }

    /** Printable lines, each bounded: a guest writes them. */
    static List<String> lines(String text) {
        List<String> lines = new ArrayList<>();
        for (String line : ESCAPES.matcher(text).replaceAll(" ").split("[\r\n]+")) {
            StringBuilder safe = new StringBuilder();
            line.codePoints()
                    .limit(LONGEST_LINE)
                    .forEach(point -> safe.appendCodePoint(
                            point < ' ' || point == 0x7F || Character.getType(point) == Character.FORMAT
                                    ? ' '
                                    : point));
            lines.add(safe.toString());
        }
        return lines;
    }
}
