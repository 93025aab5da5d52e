package dev.sigillo.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sigillo completion}: a script that lets a shell complete commands and options. */
@Command(
        name = "completion",
        mixinStandardHelpOptions = true,
        description = "Print a completion script for bash, zsh or fish.",
        footer = {
            "",
            "Examples:",
            "  source <(sigillo completion bash)",
            "  source <(sigillo completion zsh)",
            "  sigillo completion fish > ~/.config/fish/completions/sigillo.fish"
        })
final class CompletionCommand implements Callable<Integer> {
    private final Context context;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "SHELL",
            defaultValue = "bash",
            description = "One of: ${COMPLETION-CANDIDATES}; bash unless given.")
    private Shell shell = Shell.bash;

    CompletionCommand(Context context) {
        this.context = context;
    }

    /** As people write them on the command line. */
    enum Shell {
        bash,
        zsh,
        fish
    }

    @Override
    public Integer call() {
        String script = switch (shell) {
            // One script: in zsh it loads bashcompinit by itself.
            case bash, zsh -> AutoComplete.bash("sigillo", spec.root().commandLine());
            case fish -> FishCompletion.of("sigillo", spec.root());
        };
        context.console().out().print(script);
        return ExitCode.DONE;
    }
}
