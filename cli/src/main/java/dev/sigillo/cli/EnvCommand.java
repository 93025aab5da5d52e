package dev.sigillo.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code sigillo env}: what a shell needs for az, kubectl and SDKs. */
@Command(
        name = "env",
        mixinStandardHelpOptions = true,
        description = "Print shell exports for az, kubectl and SDKs.",
        footer = {"", "Example:", "  eval \"$(sigillo env)\""})
final class EnvCommand implements Callable<Integer> {
    private final Context context;

    EnvCommand(Context context) {
        this.context = context;
    }

    @Override
    public Integer call() {
        variables().forEach((name, value) -> context.console().out().println("export " + name + "=" + quoted(value)));
        return ExitCode.DONE;
    }

    Map<String, String> variables() {
        Home.Server server = context.home().runningServer();
        Home.Credentials credentials = context.home().credentials();
        Map<String, String> variables = new LinkedHashMap<>();
        variables.put("SIGILLO_ENDPOINT", server.endpoint().toString());
        variables.put("SIGILLO_TENANT", credentials.tenant());
        variables.put("SIGILLO_SUBSCRIPTION", credentials.subscription());
        variables.put("SIGILLO_CLIENT_ID", credentials.clientId());
        variables.put("SIGILLO_CLIENT_SECRET", credentials.clientSecret());
        variables.put("REQUESTS_CA_BUNDLE", context.home().caFile().toString());
        context.variable("SIGILLO_CACHE").ifPresent(cache -> variables.put("PATH", withFirst(cache + "/bin")));
        return variables;
    }

    private String withFirst(String folder) {
        String path = context.variable("PATH").orElse("/usr/sbin:/usr/bin:/sbin:/bin");
        return List.of(path.split(":")).contains(folder) ? path : folder + ":" + path;
    }

    /** In single quotes, as any POSIX shell reads it back. */
    static String quoted(String value) {
        return "'" + value.replace("'", "'\\''") + "'";
    }
}
