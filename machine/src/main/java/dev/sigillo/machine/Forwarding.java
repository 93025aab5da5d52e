package dev.sigillo.machine;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The host's switch for forwarding IPv4. If Sigillo turns it on, it says so in a file of the run folder (which a restart
 * of the host empties, as it resets the switch), and the last network of the last home turns it off again. Where the
 * switch may not be written, nodes reach no further than the host, which is fine.
 */
final class Forwarding {
    private final Path control;
    private final Path note;
    private final Path interfaces;

    Forwarding() {
        this(Path.of("/proc/sys/net/ipv4/ip_forward"), Path.of("/run/sigillo-forwarding"), Path.of("/sys/class/net"));
    }

    Forwarding(Path control, Path note, Path interfaces) {
        this.control = control;
        this.note = note;
        this.interfaces = interfaces;
    }

    void turnOn() {
        try {
            if (Files.readString(control).strip().equals("0")) {
                Files.writeString(note, "turned on by Sigillo\n");
                try {
                    Files.writeString(control, "1\n");
                } catch (IOException notPermitted) {
                    Files.deleteIfExists(note);
                    throw notPermitted;
                }
            }
        } catch (IOException notPermitted) {
            System.getLogger(Forwarding.class.getName())
                    .log(
                            System.Logger.Level.INFO,
                            "this host does not let its forwarding be turned on: nodes reach no further than it");
        }
    }

    /** Whether it is on for Sigillo's sake alone. */
    boolean onlyOurs() {
        return Files.exists(note);
    }

    void turnOff(String tag) {
        if (!onlyOurs() || othersAreOpen(tag)) {
            return;
        }
        try {
            Files.writeString(control, "0\n");
            Files.deleteIfExists(note);
        } catch (IOException failed) {
            throw new MachineException("cannot turn forwarding off again in " + control, failed);
        }
    }

    private boolean othersAreOpen(String tag) {
        try (DirectoryStream<Path> ends = Files.newDirectoryStream(interfaces, "sg*h")) {
            for (Path end : ends) {
                if (!end.getFileName().toString().startsWith("sg" + tag)) {
                    return true;
                }
            }
            return false;
        } catch (IOException unreadable) {
            return true;
        }
    }
}
