package dev.sigillo.attest;

import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.Event;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * PCR 8 by GRUB, PCR 12 by systemd's stub: commands and the kernel's command line. What tells one from the other is
 * GRUB's label, which is not measured; so a text that is the argument of a {@code linux} command before it must carry the
 * command line's label.
 *
 * @param allCommands every text that its digest binds and that is not the command line of a command before it, whatever
 *     its label
 * @param allLines each line that a kernel may have been handed, once: labelled lines, arguments of {@code linux}
 *     commands, and systemd's stub's; empty if one may be hidden, or none was measured
 */
record LoaderReading(
        List<String> commands,
        Optional<String> kernelCommandLine,
        List<String> allCommands,
        Optional<List<String>> allLines) {

    /** Neither GRUB nor systemd's stub was handed a command line: a UKI brings its own. */
    static final String UNMEASURED = "no loader measured one in PCR 8 or 12; a UKI carries its own, in its file";

    private static final int GRUB = 8;
    private static final int STUB = 12;

    static LoaderReading read(LogView log, Map<String, String> reasons) {
        Optional<String> missing = log.missing(GRUB);
        Texts texts = missing.isEmpty() ? texts(log) : new Texts();
        if (missing.isPresent()) {
            reasons.put("grubCommands", missing.get());
        } else if (texts.unread.isPresent()) {
            reasons.put("grubCommands", "incomplete: " + texts.unread.get());
        } else if (texts.commands.isEmpty()) {
            reasons.put("grubCommands", "no GRUB command in PCR 8: another loader, or one that measures nothing");
        }
        List<String> stub = log.isShared() || log.missing(STUB).isPresent() ? List.of() : stub(log, STUB);
        Optional<String> line = line(texts, stub, log, reasons);
        texts.possible.addAll(stub);
        List<String> lines = new ArrayList<>(new LinkedHashSet<>(texts.possible));
        Set<String> seen = new HashSet<>();
        lines.forEach(one -> seen.add(unquoted(one)));
        texts.handedToLinux.stream().filter(one -> seen.add(unquoted(one))).forEach(lines::add);
        boolean known = texts.unread.isEmpty()
                && texts.contradiction.isEmpty()
                && log.unusable(GRUB).isEmpty();
        return new LoaderReading(
                List.copyOf(texts.commands),
                line,
                List.copyOf(texts.all),
                known && !lines.isEmpty() ? Optional.of(lines) : Optional.empty());
    }

    /** GRUB quotes what it hands to a kernel, and measures the command without quotes. */
    private static String unquoted(String text) {
        return text.replace("\\", "").replace("\"", "").replace("'", "").strip();
    }

    /** What PCR 8 says, in order. */
    private static final class Texts {
        private final List<String> commands = new ArrayList<>();
        private final List<String> lines = new ArrayList<>();
        private final List<String> all = new ArrayList<>();
        private final List<String> possible = new ArrayList<>();
        private final List<String> handedToLinux = new ArrayList<>();
        private final Set<String> arguments = new HashSet<>();
        private final Set<String> handed = new HashSet<>();
        private Optional<String> contradiction = Optional.empty();
        private Optional<String> unread = Optional.empty();

        void take(Event event, LoaderText text) {
            String words = text.bare().utf8();
            boolean isArgument = arguments.contains(unquoted(words));
            if (text.kind() == LoaderText.Kind.KERNEL) {
                possible.add(words);
            }
            command(words, text.kind());
            switch (text.kind()) {
                case KERNEL -> lines.add(words);
                case MODULE -> {
                    if (isArgument) {
                        contradiction = Optional.of("event " + event.index()
                                + ": labelled a module's, and it is the argument of a linux command before it");
                    }
                }
                case COMMAND -> {
                    commands.add(words);
                    if (isArgument) {
                        contradiction = Optional.of("event " + event.index()
                                + ": labelled a command, and it is the argument of a linux command before it");
                    }
                    arguments(words).map(LoaderReading::unquoted).ifPresent(arguments::add);
                }
            }
        }

        /** Labels are not measured: a line that no command before it handed over may be a command itself. */
        void command(String words, LoaderText.Kind kind) {
            if (kind == LoaderText.Kind.COMMAND || !handed.contains(unquoted(words))) {
                all.add(words);
            }
            String text = words.stripLeading();
            int space = text.indexOf(' ');
            if (space > 0) {
                String arguments = text.substring(space + 1);
                handed.add(unquoted(arguments));
                if (text.startsWith("linux")) {
                    handedToLinux.add(arguments);
                }
            }
        }

        private static Optional<String> arguments(String command) {
            for (String loader : List.of("linux ", "linuxefi ", "linux16 ")) {
                if (command.startsWith(loader)) {
                    return Optional.of(command.substring(loader.length()));
                }
            }
            return Optional.empty();
        }
    }

    private static Texts texts(LogView log) {
        Texts texts = new Texts();
        for (Event event : log.events(GRUB)) {
            Optional<LoaderText> text = LoaderText.grub(event.payload());
            boolean bound = text.isPresent() && isBound(log, event, text.get());
            if (bound) {
                texts.take(event, text.orElseThrow());
            } else if (!log.isShared() && bare(log, event).isPresent()) {
                texts.command(bare(log, event).orElseThrow(), LoaderText.Kind.COMMAND);
            } else if (Binding.of(event, log.bank()).trust() != Binding.Trust.BOUND
                    && !log.isShared()
                    && texts.unread.isEmpty()) {
                texts.unread = Optional.of("event " + event.index() + " is not what its digest is of");
            }
        }
        if (!log.isShared()) {
            List<String> stub = stub(log, GRUB);
            texts.lines.addAll(stub);
            texts.possible.addAll(stub);
        }
        return texts;
    }

    /** What a digest binds that no label of GRUB's stands before: without a NUL in it, it may be a command. */
    private static Optional<String> bare(LogView log, Event event) {
        Bytes bound = Binding.of(event, log.bank()).bytes();
        int end = bound.size() > 0 && bound.at(bound.size() - 1) == 0 ? bound.size() - 1 : bound.size();
        for (int at = 0; at < end; at++) {
            if (bound.at(at) == 0 || bound.at(at) == 0xff) {
                return Optional.empty();
            }
        }
        return end == 0 ? Optional.empty() : Optional.of(bound.slice(0, end).utf8());
    }

    private static boolean isBound(LogView log, Event event, LoaderText text) {
        return log.is(event, text.bare()) || log.is(event, Bytes.concat(text.bare(), Bytes.zeros(1)));
    }

    /** UTF-16 text that is measured as it stands: the options systemd's stub and boot manager hand to a kernel. */
    private static List<String> stub(LogView log, int pcr) {
        List<String> lines = new ArrayList<>();
        for (Event event : log.events(pcr)) {
            Bytes bound = Binding.of(event, log.bank()).bytes();
            boolean asItStands = bound.size() == event.payload().size()
                    || Tag.read(event.payload())
                            .filter(tag -> tag.data().equals(bound))
                            .isPresent();
            if (asItStands) {
                LoaderText.utf16(bound).ifPresent(lines::add);
            }
        }
        return lines;
    }

    private static Optional<String> line(Texts texts, List<String> stub, LogView log, Map<String, String> reasons) {
        if (texts.contradiction.isPresent()) {
            reasons.put("kernelCommandLine", texts.contradiction.get());
            return Optional.empty();
        }
        List<String> lines = stub.isEmpty() ? texts.lines : stub;
        if (lines.isEmpty()) {
            reasons.put(
                    "kernelCommandLine",
                    texts.unread
                            .or(() -> log.unusable(GRUB))
                            .or(() -> log.unusable(STUB))
                            .orElse(UNMEASURED));
            return Optional.empty();
        }
        if (new HashSet<>(stub).size() > 1) {
            reasons.put("kernelCommandLine", "systemd's stub measured " + stub.size() + " texts in PCR 12");
            return Optional.empty();
        }
        if (new HashSet<>(lines).size() > 1) {
            reasons.put(
                    "kernelCommandLine",
                    "several were measured, and which of them the kernel got cannot be known: "
                            + Printable.text(String.join(" | ", new LinkedHashSet<>(lines))));
            return Optional.empty();
        }
        return Optional.of(lines.getLast());
    }
}
