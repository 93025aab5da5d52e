package dev.sigillo.portal;

/** What cannot be undone is done only by somebody who typed the name of what goes. */
final class Confirmation {
    static final String FIELD = "confirm";

    private Confirmation() {}

    /** @throws Refused when another name, or none, was typed */
    static void require(Visit visit, String name) {
        String typed = visit.form().text(FIELD);
        if (!typed.equals(name)) {
            throw Refused.because(
                    400,
                    "NotConfirmed",
                    "Nothing was deleted: to delete " + name + ", type its name, " + name + ". You typed '"
                            + typed.substring(0, Math.min(80, typed.length())) + "'.");
        }
    }
}
