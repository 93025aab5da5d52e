package dev.sigillo.kubernetes;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** A YAML text beside this class, with {@code ${name}} places to fill in. */
final class Template {

    private Template() {}

    /** @throws KubernetesException if a place stays empty, or a value has a line break and so could add YAML */
    static String fill(String resource, Map<String, String> values) {
        String text = read(resource);
        for (Map.Entry<String, String> value : values.entrySet()) {
            if (value.getValue().indexOf('\n') >= 0) {
                throw new KubernetesException(value.getKey() + " in " + resource + " must be a single line");
            }
            text = text.replace("${" + value.getKey() + "}", value.getValue());
        }
        int open = text.indexOf("${");
        if (open >= 0) {
            throw new KubernetesException(
                    resource + " has no value for " + text.substring(open, text.indexOf('}', open) + 1));
        }
        return text;
    }

    private static String read(String resource) {
        try (InputStream in = Template.class.getResourceAsStream(resource)) {
            if (in == null) {
                throw new KubernetesException("the program lacks its file " + resource + ": build it again");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new KubernetesException("cannot read " + resource, unreadable);
        }
    }
}
