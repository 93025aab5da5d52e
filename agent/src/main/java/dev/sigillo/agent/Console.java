package dev.sigillo.agent;

/** Lines for the machine's console, each with the seconds since the agent's start. */
final class Console {

    private static final long START = System.nanoTime();

    private Console() {}

    static void say(String line) {
        long millis = (System.nanoTime() - START) / 1_000_000;
        String fraction = Long.toString(1000 + millis % 1000).substring(1, 3);
        System.out.println("sigillo-agent [" + millis / 1000 + "." + fraction + " s] " + Shapes.printable(line));
    }
}
