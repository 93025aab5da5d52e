package dev.sigillo.cli;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Columns as wide as their widest cell, headings in capitals; columns that are empty in every row are left out. Where a line
 * would be too long, the last column, then the one before it, goes on under itself.
 */
final class Table {
    private static final int GAP = 3;
    private static final int NARROWEST = 24;
    private static final int GIVING_WAY = 2;
    private static final Pattern PAINTED = Pattern.compile("(\033\\[[0-9;]*m)(.*)(\033\\[0m)");

    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    void row(String... cells) {
        if (cells.length != headings.size()) {
            throw new IllegalArgumentException(cells.length + " cells for " + headings.size() + " columns");
        }
        rows.add(List.of(cells));
    }

    String text(Console console) {
        return text(console, Integer.MAX_VALUE);
    }

    /** @param most columns of a line, as far as the table can be made so narrow */
    String text(Console console, int most) {
        List<Integer> shown = new ArrayList<>();
        for (int column = 0; column < headings.size(); column++) {
            int index = column;
            if (rows.isEmpty() || rows.stream().anyMatch(row -> !row.get(index).isEmpty())) {
                shown.add(column);
            }
        }
        Map<Integer, Integer> widths = widths(shown, most);
        StringBuilder text = new StringBuilder(console.bold(line(headings, shown, widths)));
        for (List<String> row : rows) {
            text.append(System.lineSeparator()).append(line(row, shown, widths));
        }
        return text.toString();
    }

    private Map<Integer, Integer> widths(List<Integer> shown, int most) {
        Map<Integer, Integer> widths = new HashMap<>();
        shown.forEach(column -> widths.put(column, width(column)));
        long excess =
                widths.values().stream().mapToLong(width -> (long) width + GAP).sum() - GAP - most;
        for (int column : shown.reversed().stream().limit(GIVING_WAY).toList()) {
            int width = width(column);
            int less = Math.clamp(excess, 0, Math.max(0, width - NARROWEST));
            widths.put(column, width - less);
            excess -= less;
        }
        return widths;
    }

    private static String line(List<String> cells, List<Integer> shown, Map<Integer, Integer> widths) {
        List<List<String>> wrapped = new ArrayList<>();
        for (int column : shown) {
            wrapped.add(wrapped(cells.get(column), widths.getOrDefault(column, 0)));
        }
        int lines = wrapped.stream().mapToInt(List::size).max().orElse(1);
        List<String> text = new ArrayList<>();
        for (int row = 0; row < lines; row++) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < shown.size(); i++) {
                List<String> parts = wrapped.get(i);
                String part = row < parts.size() ? parts.get(row) : "";
                int width = widths.getOrDefault(shown.get(i), 0);
                line.append(part).append(" ".repeat(Math.max(0, width - visible(part)) + GAP));
            }
            text.add(line.toString().stripTrailing());
        }
        return String.join(System.lineSeparator(), text);
    }

    /** Between words where there are some; each part in the colour of the whole. */
    private static List<String> wrapped(String cell, int width) {
        if (visible(cell) <= width) {
            return List.of(cell);
        }
        Matcher painted = PAINTED.matcher(cell);
        if (painted.matches()) {
            return wrapped(painted.group(2), width).stream()
                    .map(part -> painted.group(1) + part + painted.group(3))
                    .toList();
        }
        List<String> parts = new ArrayList<>();
        String rest = cell;
        while (rest.length() > width) {
            int blank = rest.lastIndexOf(' ', width);
            int end = blank > 0 ? blank : width;
            parts.add(rest.substring(0, end));
            rest = rest.substring(end).stripLeading();
        }
        if (!rest.isEmpty()) {
            parts.add(rest);
        }
        return parts;
    }

    private int width(int column) {
        int width = visible(headings.get(column));
        for (List<String> row : rows) {
            width = Math.max(width, visible(row.get(column)));
        }
        return width;
    }

    /** Escape sequences take no place on the screen. */
    private static int visible(String cell) {
        return cell.replaceAll("\033\\[[0-9;]*m", "").length();
    }
}
