package dev.sigillo.cli;

import dev.sigillo.attest.HostClaims;
import dev.sigillo.attest.MachineEvidence;
import dev.sigillo.bytes.Bytes;
import dev.sigillo.eventlog.EventLog;
import dev.sigillo.evidence.Collector;
import dev.sigillo.evidence.MachineEvidenceJson;
import dev.sigillo.tpm.DeviceTransport;
import dev.sigillo.tpm.KeyTemplate;
import dev.sigillo.tpm.SwtpmTransport;
import dev.sigillo.tpm.Tpm;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sigillo evidence collect}: this machine's evidence, from its TPM and its kernel. */
@Command(
        name = "collect",
        mixinStandardHelpOptions = true,
        description = {
            "Collect this machine's evidence: a quote of each strong PCR bank, event log, IMA list, EK and AK with their"
                    + " certificates. Needs the TPM and securityfs, so mostly root.",
            "",
            "The AK is a primary key of the endorsement hierarchy, the same each time; on Azure it is the host's own, whose"
                    + " certificate is in the TPM. Nothing is left in the TPM. A file that the kernel does not have is left"
                    + " out and told."
        },
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:collected", "2:no TPM, or a file or option cannot be used"},
        footer = {
            "",
            "Examples:",
            "  sigillo evidence collect --nonce 8d3c… --out evidence.json",
            "  sigillo evidence collect | sigillo evidence verify /dev/stdin --policy any-linux"
        })
final class CollectCommand implements Callable<Integer> {
    private static final int NONCE = 32;
    private static final int MAX_NONCE = 64;
    private static final int MAX_IMA = 16 << 20;
    private static final String LOG = "tpm0/binary_bios_measurements";
    private static final String IMA = "ima/binary_runtime_measurements";

    private final Context context;

    @Option(
            names = "--nonce",
            paramLabel = "HEX",
            description =
                    "what the verifier asked; by default 32 random bytes, which make the evidence fit for learning a"
                            + " policy only")
    Optional<String> nonce = Optional.empty();

    @Option(names = "--out", paramLabel = "FILE", description = "where to write; by default standard output")
    Optional<Path> out = Optional.empty();

    @Option(names = "--tpm", paramLabel = "PATH", description = "TPM device, or the socket of a swtpm")
    Path device = Path.of("/dev/tpmrm0");

    @Option(names = "--securityfs", paramLabel = "DIR", description = "where the kernel shows its logs")
    Path securityfs = Path.of("/sys/kernel/security");

    @Option(names = "--ecc", arity = "0", description = "make an AK on P-256 instead of RSA-2048")
    boolean ecc;

    CollectCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        Bytes asked = nonce.map(CollectCommand::nonce).orElseGet(CollectCommand::random);
        Bytes log = read(LOG, EventLog.MAX_SIZE);
        boolean withIma = Files.exists(securityfs.resolve(IMA));
        Collector.Collected collected = collect(asked, withIma);
        // After the quote: what is measured meanwhile is in the list, and the verifier stops where the quote does.
        Bytes ima = withIma ? read(IMA, MAX_IMA) : Bytes.empty();
        collected.notes().forEach(note -> context.console().err().println("NOTE: " + Fields.safe(note)));
        String json = MachineEvidenceJson.write(new MachineEvidence(
                MachineEvidenceJson.FORMAT,
                collected.quotes(),
                Optional.of(collected.ak()),
                collected.ek(),
                log,
                Bytes.empty(),
                ima,
                Optional.of(asked),
                new HostClaims(
                        hostname(),
                        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
                        "sigillo")));
        write(json);
        return ExitCode.DONE;
    }

    private Collector.Collected collect(Bytes asked, boolean withIma) {
        KeyTemplate template = ecc ? KeyTemplate.AK_ECC_P256 : KeyTemplate.AK_RSA2048;
        try (Tpm tpm = new Tpm(device.startsWith("/dev") ? new DeviceTransport(device) : new SwtpmTransport(device))) {
            return Collector.collect(tpm, asked, template, withIma);
        } catch (IOException refused) {
            throw Failure.usage("The TPM at " + device + " gave no evidence: " + refused.getMessage()
                    + ". On a machine without a TPM there is none to collect; --tpm names another device.");
        }
    }

    private Bytes read(String name, int most) {
        Path file = securityfs.resolve(name);
        if (!Files.exists(file)) {
            context.console().err().println("NOTE: there is no " + file + ", so the evidence has no such log");
            return Bytes.empty();
        }
        return EvidenceFile.read(file, most, bytes -> bytes);
    }

    private void write(String json) {
        if (out.isEmpty()) {
            context.console().out().print(json);
            context.console().out().flush();
            return;
        }
        OutputFile.write(out.get(), Bytes.utf8(json));
    }

    private static Bytes nonce(String hex) {
        Bytes nonce = Typed.nonce(hex);
        if (nonce.size() > MAX_NONCE) {
            throw Failure.usage("--nonce has " + nonce.size() + " bytes, 1 to " + MAX_NONCE + " expected.");
        }
        return nonce;
    }

    private static Bytes random() {
        byte[] bytes = new byte[NONCE];
        new SecureRandom().nextBytes(bytes);
        return Bytes.of(bytes);
    }

    private static String hostname() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException unnamed) {
            return "";
        }
    }
}
