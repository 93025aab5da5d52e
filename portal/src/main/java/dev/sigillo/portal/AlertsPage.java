package dev.sigillo.portal;

import java.util.List;
import java.util.Optional;

/** Alerts: open ones first asked for, and what may be done with them. */
final class AlertsPage {
    private static final List<String> VERBS = List.of("inProgress", "resolve", "dismiss", "activate");

    private final Pages pages;

    AlertsPage(Pages pages) {
        this.pages = pages;
    }

    /**
     * @param alerts absent where this server has none
     * @param all whether ended ones are shown too
     */
    record View(Frame frame, Optional<List<Row>> alerts, boolean all, Optional<Refused> refused) {}

    /** @param may whether there are buttons */
    record Row(Alert alert, boolean may) {
        String action() {
            return Links.ALERTS + "/" + Links.segment(alert.group()) + "/" + Links.segment(location()) + "/"
                    + Links.segment(alert.name());
        }

        /** Of an id such as {@code …/providers/Microsoft.Security/locations/westeurope/alerts/name}. */
        private String location() {
            String[] segments = alert.path().split("/", -1);
            return segments.length > 8 ? segments[8] : "none";
        }
    }

    void register(PageRoutes routes) {
        routes.get("alerts", visit -> show(visit, 200, Optional.empty()));
        routes.post("alerts/{group}/{location}/{alert}", this::update);
    }

    private PortalReply show(Visit visit, int status, Optional<Refused> refused) {
        boolean all = visit.request().query("show").equals("all");
        Rights rights = visit.rights();
        Optional<List<Row>> rows = Alert.all(visit)
                .map(alerts -> alerts.stream()
                        .filter(alert -> all || alert.open())
                        .map(alert -> new Row(
                                alert,
                                !alert.group().isEmpty()
                                        && rights.may(Rights.DISMISS_ALERT, alert.group(), alert.cluster())))
                        .toList());
        return pages.show(status, "alerts", new View(visit.frame("Alerts"), rows, all, refused));
    }

    private PortalReply update(Visit visit) {
        String verb = visit.form().text("verb");
        try {
            if (!VERBS.contains(verb)) {
                throw Refused.because(
                        400, "InvalidParameter", "An alert can be " + String.join(", ", VERBS) + ", and nothing else.");
            }
            visit.arm()
                    .post(
                            "/subscriptions/" + visit.subscription() + "/resourceGroups/"
                                    + Links.segment(visit.group()) + "/providers/Microsoft.Security/locations/"
                                    + Links.segment(visit.name("location")) + "/alerts/"
                                    + Links.segment(visit.name("alert")) + "/" + verb,
                            "");
            return PortalReply.seeOther(Links.ALERTS);
        } catch (Refused e) {
            return show(visit, e.status(), Optional.of(e));
        }
    }
}
