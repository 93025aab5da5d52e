package dev.sigillo.store;

/** How grave an alert is, in the words of Microsoft.Security (Alerts 2022-01-01, AlertSeverity). */
public enum AlertSeverity {
    INFORMATIONAL("Informational"),
    LOW("Low"),
    MEDIUM("Medium"),
    HIGH("High");

    private final String word;

    AlertSeverity(String word) {
        this.word = word;
    }

    /** As the ARM API writes it. */
    public String word() {
        return word;
    }
}
