package dev.sigillo.server;

/** The serial consoles of machines. */
@FunctionalInterface
public interface Consoles {
    /** The last {@code maxBytes} bytes of a machine's console, safe to print. */
    String console(String machineId, int maxBytes);
}
