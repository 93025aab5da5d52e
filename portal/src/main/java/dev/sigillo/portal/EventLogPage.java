package dev.sigillo.portal;

import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;

/** The event log that a verdict was given on: filtered, byte by byte, and beside another boot or node. */
final class EventLogPage {
    private static final int MOST_SHOWN = 500;
    private static final int MOST_FILTER = 100;

    private final Pages pages;

    EventLogPage(Pages pages) {
        this.pages = pages;
    }

    /**
     * @param filter as it was typed
     * @param total events of the log
     * @param passed events that pass the filter; of these the first are shown
     * @param bytes of the event that was chosen
     */
    record View(
            Frame frame,
            String href,
            Filter filter,
            Optional<Moment> at,
            String unreadable,
            int total,
            int passed,
            List<Event> shown,
            List<String> verdicts,
            List<String> nodes,
            Optional<Bytes> bytes,
            Optional<Compared> compared) {}

    record Filter(String verdict, String pcr, String trust, String text, String withVerdict, String withNode) {
        static Filter of(PortalRequest request) {
            return new Filter(
                    digits(request.query("verdict")),
                    digits(request.query("pcr")),
                    request.query("trust"),
                    clip(request.query("text")),
                    digits(request.query("with")),
                    clip(request.query("node")));
        }

        private static String digits(String text) {
            return text.matches("[0-9]{1,9}") ? text : "";
        }

        private static String clip(String text) {
            return text.length() <= MOST_FILTER ? text : text.substring(0, MOST_FILTER);
        }

        boolean takes(Event event) {
            return (pcr.isEmpty() || pcr.equals(Integer.toString(event.pcr())))
                    && (trust.isEmpty() || trust.equals(event.trust()))
                    && (event.description() + " " + event.type())
                            .toLowerCase(Locale.ROOT)
                            .contains(text.toLowerCase(Locale.ROOT));
        }

        /** The query of this filter, to be put into a link. */
        String query() {
            return "verdict=" + verdict + "&pcr=" + pcr + "&trust=" + Links.segment(trust) + "&text="
                    + Links.segment(text) + "&with=" + withVerdict + "&node=" + Links.segment(withNode);
        }
    }

    record Event(
            int index, int pcr, String type, String trust, String digest, String description, int size, String base64) {
        static Event of(JsonNode node) {
            return new Event(
                    node.path("event").asInt(0),
                    node.path("pcr").asInt(0),
                    node.path("type").asString(""),
                    node.path("trust").asString(""),
                    node.path("digest").asString(""),
                    node.path("description").asString(""),
                    node.path("size").asInt(0),
                    node.path("bytes").asString(""));
        }

        String tone() {
            return switch (trust) {
                case "bound" -> "good";
                case "mismatch" -> "bad";
                default -> "none";
            };
        }

        String shortened() {
            return description.length() <= 300 ? description : description.substring(0, 300) + "…";
        }
    }

    record Bytes(Event event, List<HexLine> lines) {}

    /** Sixteen bytes. */
    record HexLine(String offset, String hex, String text) {}

    /** @param rows events of which the other log has none of the same PCR and digest */
    record Compared(String with, int same, List<Difference> rows) {}

    record Difference(String where, Event event) {}

    void register(PageRoutes routes) {
        routes.get("clusters/{group}/{cluster}/pools/{pool}/nodes/{node}/event-log", this::show);
    }

    private PortalReply show(Visit visit) {
        Filter filter = Filter.of(visit.request());
        JsonNode log = visit.arm().get(visit.nodePath() + "/eventLog", verdict(filter.verdict()));
        JsonNode properties = log.path("properties");
        List<Event> events = events(properties);
        List<Event> passed = events.stream().filter(filter::takes).toList();
        String href = Links.node(visit.group(), visit.cluster(), visit.pool(), visit.node());
        List<String> verdicts = visit.arm()
                .get(visit.nodePath() + "/verdicts")
                .path("value")
                .valueStream()
                .filter(each -> each.path("properties").path("hasEvidence").asBoolean(false))
                .map(each -> each.path("name").asString(""))
                .toList()
                .reversed();
        List<String> nodes = visit.arm()
                .get(visit.poolPath() + "/machines", Map.of("verdict", "brief"))
                .path("value")
                .valueStream()
                .map(each -> each.path("name").asString(""))
                .filter(name -> !name.equals(visit.node()))
                .limit(200)
                .toList();
        return pages.show(
                200,
                "eventlog",
                new View(
                        visit.frame(
                                "Event log",
                                visit.clusterCrumb(),
                                visit.poolCrumb(),
                                new Frame.Crumb(visit.node(), href)),
                        href + "/event-log",
                        new Filter(
                                log.path("name").asString(""),
                                filter.pcr(),
                                filter.trust(),
                                filter.text(),
                                filter.withVerdict(),
                                filter.withNode()),
                        Moment.of(properties.path("at").asString(""), visit.now()),
                        properties.path("unreadable").asString(""),
                        events.size(),
                        passed.size(),
                        passed.stream().limit(MOST_SHOWN).toList(),
                        verdicts,
                        nodes,
                        events.stream()
                                .filter(event -> visit.request().query("event").equals(Integer.toString(event.index())))
                                .findFirst()
                                .map(event -> new Bytes(event, dump(event.base64()))),
                        compared(visit, filter, events)));
    }

    private static Map<String, String> verdict(String number) {
        return number.isEmpty() ? Map.of() : Map.of("verdict", number);
    }

    private static List<Event> events(JsonNode properties) {
        return properties.path("events").valueStream().map(Event::of).toList();
    }

    private static Optional<Compared> compared(Visit visit, Filter filter, List<Event> here) {
        if (filter.withVerdict().isEmpty() && filter.withNode().isEmpty()) {
            return Optional.empty();
        }
        boolean other = !filter.withNode().isEmpty();
        String path = other ? visit.poolPath() + "/machines/" + Links.segment(filter.withNode()) : visit.nodePath();
        JsonNode log = visit.arm().get(path + "/eventLog", other ? Map.of() : verdict(filter.withVerdict()));
        List<Event> there = events(log.path("properties"));
        Map<String, Integer> left = counts(here);
        Map<String, Integer> right = counts(there);
        List<Difference> rows = new ArrayList<>();
        int same = only(here, right, "only here", rows);
        only(there, left, "only there", rows);
        rows.sort(Comparator.comparingInt((Difference row) -> row.event().pcr())
                .thenComparingInt(row -> row.event().index()));
        String with = other ? "node " + filter.withNode() : "verdict " + filter.withVerdict();
        return Optional.of(
                new Compared(with, same, rows.stream().limit(MOST_SHOWN).toList()));
    }

    private static String key(Event event) {
        return event.pcr() + " " + event.digest();
    }

    private static Map<String, Integer> counts(List<Event> events) {
        Map<String, Integer> counts = new TreeMap<>();
        events.forEach(event -> counts.merge(key(event), 1, Integer::sum));
        return counts;
    }

    /** Uses up what the other log has, and gives how many were the same. */
    private static int only(List<Event> events, Map<String, Integer> other, String where, List<Difference> rows) {
        int same = 0;
        for (Event event : events) {
            int left = other.getOrDefault(key(event), 0);
            if (left > 0) {
                other.put(key(event), left - 1);
                same++;
            } else {
                rows.add(new Difference(where, event));
            }
        }
        return same;
    }

    /** As {@code hexdump -C} has it. */
    static List<HexLine> dump(String base64) {
        byte[] bytes;
        try {
            bytes = Base64.getDecoder().decode(base64);
        } catch (IllegalArgumentException e) {
            return List.of();
        }
        List<HexLine> lines = new ArrayList<>();
        for (int at = 0; at < bytes.length; at += 16) {
            StringBuilder hex = new StringBuilder();
            StringBuilder text = new StringBuilder();
            for (int i = at; i < Math.min(at + 16, bytes.length); i++) {
                hex.append(String.format("%02x ", bytes[i]));
                text.append(bytes[i] >= ' ' && bytes[i] <= '~' ? (char) bytes[i] : '.');
            }
            lines.add(new HexLine(String.format("%06x", at), hex.toString().strip(), text.toString()));
        }
        return lines;
    }
}
