package dev.sigillo.store;

/** What people have done about an alert, in the words of Microsoft.Security (Alerts 2022-01-01, AlertStatus). */
public enum AlertStatus {
    ACTIVE("Active"),
    IN_PROGRESS("InProgress"),
    RESOLVED("Resolved"),
    DISMISSED("Dismissed");

    private final String word;

    AlertStatus(String word) {
        this.word = word;
    }

    /** As the ARM API writes it. */
    public String word() {
        return word;
    }

    /** Whether somebody is still to do something about it. */
    public boolean isWaiting() {
        return this == ACTIVE || this == IN_PROGRESS;
    }
}
