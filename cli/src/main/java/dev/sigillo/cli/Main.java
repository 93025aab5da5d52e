package dev.sigillo.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;

/**
 * The command line {@code sigillo}: the verbs of the ARM API for people and scripts.
 *
 * <p>The launcher says which outputs are terminals ({@code sigillo.out.terminal}, {@code sigillo.err.terminal}): Java
 * itself can only tell for standard input and output together.
 */
@Command(
        name = "sigillo",
        mixinStandardHelpOptions = true,
        version = "Sigillo 0.1.0",
        description = "Self-hosted Trusted Launch for Kubernetes node pools.",
        synopsisSubcommandLabel = "COMMAND",
        footerHeading = "%nExamples:%n",
        footer = {
            "  sigillo up",
            "  sigillo group create demo",
            "  sigillo cluster create demo -g demo --node-count 1 --enable-secure-boot --enable-vtpm",
            "  sigillo nodes",
            "  sigillo attest show aks-nodepool1-54400777-vmss000000",
            "  sigillo rehearse --dbx dbxupdate_x64.bin",
            "  sigillo eventlog show /sys/kernel/security/tpm0/binary_bios_measurements --pcr 0-7",
            "  sigillo quote verify --ak ak.pub --quote q.msg --signature q.sig --nonce HEX --pcrs q.pcrs",
            "  sigillo evidence verify evidence.json --policy debian",
            "  sigillo pe verify grubx64.efi --db db.esl --shim shimx64.efi",
            "  sigillo secureboot check /",
            "  eval \"$(sigillo env)\" && sigillo login-az",
            "",
            "sigillo COMMAND --help tells more. SIGILLO_HOME holds the state, SIGILLO_CACHE what is built.",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not found, 4 no server runs, 5 not trusted.",
            "Evidence tools (eventlog, ima, quote, ek, credential, pe, uki, secureboot, evidence, policy, token, reference):",
            "0 held or shown, 1 broken or undecided, 2 unusable input; they need no server."
        })
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        boolean colour = Boolean.getBoolean("sigillo.out.terminal")
                && System.getenv().getOrDefault("NO_COLOR", "").isEmpty();
        Console console = new Console(
                new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
                new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
                Boolean.getBoolean("sigillo.out.terminal"),
                Boolean.getBoolean("sigillo.err.terminal"),
                colour);
        System.exit(run(System.getenv(), console, arguments));
    }

    /** Runs one command line; what it answers is the exit code of the process. */
    static int run(Map<String, String> environment, Console console, String... arguments) {
        return commandLine(environment, console).execute(arguments);
    }

    static CommandLine commandLine(Map<String, String> environment, Console console) {
        Context context = new Context(environment, console);
        CommandLine line = new CommandLine(new Main())
                .addSubcommand(new UpCommand(context))
                .addSubcommand(new DownCommand(context))
                .addSubcommand(new BackupCommand(context))
                .addSubcommand(new RestoreCommand(context))
                .addSubcommand(new ServeCommand(context))
                .addSubcommand(new StatusCommand(context))
                .addSubcommand(new EnvCommand(context))
                .addSubcommand(new LoginAzCommand(context))
                .addSubcommand(new GroupCommand(context))
                .addSubcommand(new PrincipalCommand(context))
                .addSubcommand(new AlertsCommand(context))
                .addSubcommand(new AuditCommand(context))
                .addSubcommand(new RotateCommand(context))
                .addSubcommand(new ClusterCommand(context))
                .addSubcommand(
                        new CommandLine(new NodepoolCommand(context)).addSubcommand(new NodepoolUpdateCommand(context)))
                .addSubcommand(new NodesCommand(context))
                .addSubcommand(new AttestCommand(context))
                .addSubcommand(new RehearseCommand(context))
                .addSubcommand(new DrillCommand(context))
                .addSubcommand(new ConsoleCommand(context))
                .addSubcommand(new ImageCommand(context))
                .addSubcommand(new EventlogCommand(context))
                .addSubcommand(new ImaCommand(context))
                .addSubcommand(new QuoteCommand(context))
                .addSubcommand(new EkCommand(context))
                .addSubcommand(new PeCommand(context))
                .addSubcommand(new UkiCommand(context))
                .addSubcommand(new CommandLine(new EvidenceCommand(context)).addSubcommand(new CollectCommand(context)))
                .addSubcommand(new PolicyCommand(context))
                .addSubcommand(new TokenCommand(context))
                .addSubcommand(new SecureBootCommand(context))
                .addSubcommand(new CredentialCommand(context))
                .addSubcommand(new ReferenceCommand(context))
                .addSubcommand(new CompletionCommand(context))
                .addSubcommand(new TrainCommand(context));
        line.setOut(new PrintWriter(console.out(), true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(console.err(), true, StandardCharsets.UTF_8));
        line.setColorScheme(CommandLine.Help.defaultColorScheme(console.colour() ? Ansi.ON : Ansi.OFF));
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setUsageHelpWidth(110);
        line.setExecutionExceptionHandler((exception, _, _) -> Refusal.tell(exception, console));
        return line;
    }
}
