package dev.sigillo.cli;

import java.util.ArrayList;
import java.util.List;

/** Columns as wide as their widest cell, headings in capitals; columns that are empty in every row are left out. */
final class Table {
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
        List<Integer> shown = new ArrayList<>();
        for (int column = 0; column < headings.size(); column++) {
            int index = column;
            if (rows.isEmpty() || rows.stream().anyMatch(row -> !row.get(index).isEmpty())) {
                shown.add(column);
            }
        }
        StringBuilder text = new StringBuilder(console.bold(line(headings, shown)));
        for (List<String> row : rows) {
            text.append(System.lineSeparator()).append(line(row, shown));
        }
        return text.toString();
    }

    private String line(List<String> cells, List<Integer> shown) {
        StringBuilder line = new StringBuilder();
        for (int column : shown) {
            String cell = cells.get(column);
            line.append(cell).append(" ".repeat(width(column) - visible(cell) + 3));
        }
        return line.toString().stripTrailing();
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
