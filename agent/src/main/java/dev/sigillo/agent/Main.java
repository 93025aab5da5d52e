package dev.sigillo.agent;

import dev.sigillo.bytes.MalformedException;
import dev.sigillo.tpm.DeviceTransport;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.util.List;
import java.util.Optional;

/** {@code sigillo-agent.service}: without arguments the node's agent; with {@code --warm} a training run for a CDS archive. */
public final class Main {

    private static final Path TPM = Path.of("/dev/tpmrm0");

    private Main() {}

    public static void main(String[] args) throws Exception {
        List<String> arguments = List.of(args);
        if (arguments.equals(List.of("--warm"))) {
            Warm.run();
            return;
        }
        if (!arguments.isEmpty()) {
            System.err.println("sigillo-agent takes no argument but --warm, was given " + arguments);
            System.exit(2);
        }
        try {
            new Agent(
                            Path.of("/"),
                            new ImagePrograms(),
                            () -> Files.exists(TPM) ? Optional.of(new Tpm(new DeviceTransport(TPM))) : Optional.empty(),
                            Clock.systemUTC(),
                            System::nanoTime,
                            Thread::sleep)
                    .run();
        } catch (IOException | MalformedException | GeneralSecurityException stopped) { // systemd starts it again
            Console.say("stopping: " + stopped.getClass().getSimpleName() + ": " + stopped.getMessage());
            System.exit(1);
        }
    }
}
