package dev.sigillo.portal;

import tools.jackson.databind.JsonNode;

/** How many nodes there are of each {@link Trust}. */
record Tally(int trusted, int untrusted, int unjudged, int unattested) {
    static final Tally NONE = new Tally(0, 0, 0, 0);

    /** @param properties of one {@code Sigillo.Host/trust} */
    static Tally of(JsonNode properties) {
        return new Tally(
                properties.path("trusted").asInt(0),
                properties.path("untrusted").asInt(0),
                properties.path("unjudged").asInt(0),
                properties.path("unattested").asInt(0));
    }

    Tally plus(Tally other) {
        return new Tally(
                trusted + other.trusted,
                untrusted + other.untrusted,
                unjudged + other.unjudged,
                unattested + other.unattested);
    }

    int nodes() {
        return trusted + untrusted + unjudged + unattested;
    }

    int of(Trust trust) {
        return switch (trust) {
            case TRUSTED -> trusted;
            case UNTRUSTED -> untrusted;
            case UNJUDGED -> unjudged;
            case UNATTESTED -> unattested;
        };
    }

    /** Where its part of a bar of 100 begins. */
    double from(Trust trust) {
        int before = 0;
        for (Trust each : Trust.values()) {
            if (each == trust) {
                break;
            }
            before += of(each);
        }
        return share(before);
    }

    /** How long its part of a bar of 100 is. */
    double share(Trust trust) {
        return share(of(trust));
    }

    private double share(int count) {
        return nodes() == 0 ? 0 : Math.round(count * 1000.0 / nodes()) / 10.0;
    }

    /** For those who do not see the bar. */
    String words() {
        StringBuilder words = new StringBuilder();
        for (Trust each : Trust.values()) {
            if (of(each) > 0) {
                words.append(words.isEmpty() ? "" : ", ")
                        .append(of(each))
                        .append(' ')
                        .append(each.word());
            }
        }
        return words.isEmpty() ? "no nodes" : words.toString();
    }
}
