package dev.sigillo.cli;

import dev.sigillo.arm.Json;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.node.ArrayNode;

/** What every command works with: the home, the environment, where output goes, and the API once it is needed. */
final class Context {
    private final Map<String, String> environment;
    private final Console console;
    private final Home home;
    private Optional<Api> api = Optional.empty();

    Context(Map<String, String> environment, Console console) {
        this.environment = environment;
        this.console = console;
        this.home = new Home(Path.of(environment.getOrDefault("SIGILLO_HOME", "/var/lib/sigillo")));
    }

    Home home() {
        return home;
    }

    Console console() {
        return console;
    }

    /** An environment variable; nothing when it is unset or empty. */
    Optional<String> variable(String name) {
        return Optional.ofNullable(environment.get(name)).filter(value -> !value.isEmpty());
    }

    /** @throws Failure when no server of this home runs */
    Api api() {
        if (api.isEmpty()) {
            Home.Server server = home.runningServer();
            api = Optional.of(new Api(
                    server.endpoint(), home.credentials(), Trust.client(home.caFile()), InstantSource.system()));
        }
        return api.get();
    }

    /** Objects of the API, one a row; names are their {@code name}. */
    void list(Output output, Table table, List<JsonNode> objects) {
        ArrayNode json = Json.MAPPER.createArrayNode();
        objects.forEach(json::add);
        show(
                output.format,
                table,
                json,
                objects.stream().map(each -> Fields.text(each, "name")).toList());
    }

    /** One object of the API; in JSON without brackets around it. */
    void one(Output output, Table table, JsonNode object) {
        show(output.format, table, object, List.of(Fields.text(object, "name")));
    }

    /** The columns of a line; without a bound where neither a terminal's wrapper nor the user said COLUMNS. */
    private int width() {
        return variable("COLUMNS")
                .filter(text -> text.matches("[1-9][0-9]{0,4}"))
                .map(Integer::parseInt)
                .orElse(Integer.MAX_VALUE);
    }

    /** Whether people read what is shown: they asked for a table, or stand at a terminal. */
    boolean isTable(Optional<Format> asked) {
        return asked.orElse(console.outIsTerminal() ? Format.TABLE : Format.JSON) == Format.TABLE;
    }

    /** The table for people or the JSON for programs; {@code names} are the values of {@code --output names}. */
    void show(Optional<Format> asked, Table table, JsonNode json, List<String> names) {
        switch (asked.orElse(console.outIsTerminal() ? Format.TABLE : Format.JSON)) {
            case TABLE -> console.out().println(table.text(console, width()));
            case JSON ->
                console.out()
                        .println(Json.MAPPER
                                .writer()
                                .with(SerializationFeature.INDENT_OUTPUT)
                                .writeValueAsString(json));
            case NAMES -> names.forEach(console.out()::println);
        }
    }
}
