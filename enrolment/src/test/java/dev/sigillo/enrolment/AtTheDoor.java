package dev.sigillo.enrolment;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests with one honestly booted machine have in common. */
abstract class AtTheDoor {
    @TempDir
    Path folder;

    Scene scene;
    Node node;

    @BeforeEach
    void boots() throws Exception {
        scene = new Scene(folder);
        node = scene.trusted();
    }

    @AfterEach
    void ends() throws Exception {
        node.close();
        scene.close();
    }
}
