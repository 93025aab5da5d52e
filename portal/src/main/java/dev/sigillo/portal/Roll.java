package dev.sigillo.portal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import tools.jackson.databind.JsonNode;

/**
 * The machines of a pool, and how far they are on their way to what is asked for.
 *
 * @param done machines that are Ready and made as the pool asks
 * @param count how many are asked for
 * @param shown the part that is listed
 * @param seen names this state: a page that has it needs nothing new
 */
record Roll(
        State state,
        int done,
        int count,
        int machines,
        List<Row> shown,
        int page,
        int pages,
        String href,
        String seen) {
    static final int PAGE = 100;

    record Row(
            String name,
            String href,
            String phase,
            boolean leaving,
            boolean made,
            Trust trust,
            Optional<Moment> judged,
            String summary,
            String image,
            boolean secureBoot,
            boolean vtpm) {}

    static Roll of(Visit visit, JsonNode pool) {
        JsonNode machines = visit.arm().get(visit.poolPath() + "/machines", Map.of("verdict", "brief"));
        JsonNode properties = pool.path("properties");
        List<Row> rows = new ArrayList<>();
        int done = 0;
        for (JsonNode machine : machines.path("value")) {
            Row row = row(visit, properties, machine);
            rows.add(row);
            done += row.made() && row.phase().equals("READY") && !row.leaving() ? 1 : 0;
        }
        // Who needs a look comes first.
        rows.sort(Comparator.comparing((Row row) -> row.trust() != Trust.UNTRUSTED)
                .thenComparing(row -> row.phase().equals("READY"))
                .thenComparing(Row::name));
        int pages = Math.max(1, (rows.size() + PAGE - 1) / PAGE);
        int page = Math.clamp(number(visit.request().query("page")), 1, pages);
        List<Row> shown = rows.subList((page - 1) * PAGE, Math.min(rows.size(), page * PAGE));
        State state = State.of(properties);
        int count = properties.path("count").asInt(0);
        StringBuilder facts =
                new StringBuilder(state.word()).append(done).append('/').append(count);
        shown.forEach(row -> facts.append(row.name())
                .append(row.phase())
                .append(row.leaving())
                .append(row.trust())
                .append(row.judged().map(Moment::iso).orElse("")));
        return new Roll(
                state,
                done,
                count,
                rows.size(),
                List.copyOf(shown),
                page,
                pages,
                Links.pool(visit.group(), visit.cluster(), visit.pool()),
                Secret.hash(facts.toString()).substring(0, 16));
    }

    private static Row row(Visit visit, JsonNode pool, JsonNode machine) {
        JsonNode properties = machine.path("properties");
        JsonNode security = properties.path("securityProfile");
        JsonNode wanted = pool.path("securityProfile");
        boolean secureBoot = security.path("enableSecureBoot").asBoolean(false);
        boolean vtpm = security.path("enableVTPM").asBoolean(false);
        String image = properties.path("nodeImageVersion").asString("");
        boolean made = secureBoot == wanted.path("enableSecureBoot").asBoolean(false)
                && vtpm == wanted.path("enableVTPM").asBoolean(false)
                && image.equals(pool.path("nodeImageVersion").asString(""));
        String name = machine.path("name").asString("");
        String phase = properties.path("phase").asString("");
        return new Row(
                name,
                Links.node(visit.group(), visit.cluster(), visit.pool(), name),
                phase,
                properties.path("retiring").asBoolean(false) || phase.equals("LEAVING"),
                made,
                Trust.of(machine),
                Moment.of(properties.path("verdict").path("at").asString(""), visit.now()),
                properties
                        .path("failure")
                        .asString(properties.path("verdict").path("summary").asString("")),
                image,
                secureBoot,
                vtpm);
    }

    private static int number(String text) {
        return text.matches("[0-9]{1,6}") ? Integer.parseInt(text) : 1;
    }

    /** How it stands, to be read out when it changes. */
    String said() {
        String far = done + " of " + count + " nodes are Ready and as asked for";
        if (state.busy()) {
            return state.word() + ": " + far + ".";
        }
        return state.error().isEmpty() ? state.word() + ": " + far + "." : state.word() + ": " + state.error();
    }
}
