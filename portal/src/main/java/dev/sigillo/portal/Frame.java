package dev.sigillo.portal;

import java.util.List;

/**
 * What every page has around it.
 *
 * @param person who is signed in; empty for nobody
 * @param csrf what each form of the page repeats
 * @param path of the page
 * @param way pages above it
 */
record Frame(String title, String person, String csrf, String path, List<Crumb> way) {
    static Frame outside(String title) {
        return new Frame(title, "", "", "", List.of());
    }

    record Crumb(String text, String href) {}

    boolean isAt(String place) {
        return path.equals(place);
    }
}
