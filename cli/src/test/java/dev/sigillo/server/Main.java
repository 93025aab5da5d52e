package dev.sigillo.server;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Stands in for the server in tests of up and down: the same name and files, and an answer to every request. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws IOException {
        Path home = Path.of(System.getenv("SIGILLO_HOME"));
        if (arguments.length > 0) {
            Files.createFile(home.resolve("cleared"));
            return;
        }
        System.out.println("starts");
        if (Files.exists(home.resolve("no-disk"))) {
            System.err.println("there is no room left on the disk");
            System.exit(3);
        }
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
        String stat = Files.readString(Path.of("/proc/self/stat"));
        String ticks = stat.substring(stat.lastIndexOf(')') + 2).split(" ")[19];
        Path written = Files.writeString(
                home.resolve("server.json.part"),
                "{\"pid\": " + ProcessHandle.current().pid() + ", \"startTicks\": " + ticks
                        + ", \"endpoint\": \"http://127.0.0.1:"
                        + server.getAddress().getPort() + "\", \"dist\": \"" + System.getenv("SIGILLO_DIST")
                        + "\", \"kubernetes\": \"" + System.getenv().getOrDefault("SIGILLO_KUBERNETES", "") + "\"}");
        Files.move(written, home.resolve("server.json"), StandardCopyOption.ATOMIC_MOVE);
    }
}
