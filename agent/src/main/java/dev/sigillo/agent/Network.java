package dev.sigillo.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Gives the machine's only network card its address and the default route, in one run of {@code ip}. */
final class Network {

    private final Path root;
    private final Programs programs;

    Network(Path root, Programs programs) {
        this.root = root;
        this.programs = programs;
    }

    /** Looks for the card and configures it until it is done. */
    void await(ConfigDrive drive, Agent.Pause pause, Duration poll) throws InterruptedException {
        String complaint = "";
        while (true) {
            try {
                Optional<String> card = card();
                if (card.isPresent()) {
                    configure(card.get(), drive);
                    return;
                }
            } catch (IOException failed) { // udev renames the card while it is being configured
                if (!complaint.equals(String.valueOf(failed.getMessage()))) {
                    complaint = String.valueOf(failed.getMessage());
                    Console.say("network: " + complaint);
                }
            }
            pause.sleep(poll);
        }
    }

    /** The first card with a device behind it (so neither lo nor a bridge), or empty while there is none yet. */
    Optional<String> card() throws IOException {
        Path net = root.resolve("sys/class/net");
        if (!Files.isDirectory(net)) {
            return Optional.empty();
        }
        List<String> cards = new ArrayList<>();
        try (DirectoryStream<Path> interfaces = Files.newDirectoryStream(net)) {
            for (Path each : interfaces) {
                if (Files.exists(each.resolve("device"))) {
                    cards.add(each.getFileName().toString());
                }
            }
        }
        cards.sort(null);
        return cards.isEmpty() ? Optional.empty() : Optional.of(cards.getFirst());
    }

    /** Idempotent: the agent may have been restarted. udev may rename the card once, hence the caller's retries. */
    void configure(String card, ConfigDrive drive) throws IOException {
        programs.run(
                "link set dev " + card + " up\n"
                        + "address replace " + drive.address() + " dev " + card + "\n"
                        + "route replace default via " + drive.gateway() + " dev " + card + "\n",
                List.of("ip", "-batch", "-"));
    }
}
