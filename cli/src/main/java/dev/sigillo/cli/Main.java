package dev.sigillo.cli;

/** The command line {@code sigillo}. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.out.println("sigillo");
    }
}
