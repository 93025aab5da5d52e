package dev.sigillo.server;

import dev.sigillo.arm.RoleScope;
import java.util.List;
import java.util.Map;

/**
 * What a caller of a route must be allowed to do, told from its method and pattern as Azure Resource Manager tells it: a
 * GET of {@code …/providers/NS/type/{name}} is {@code NS/type/read}, a POST of {@code …/{name}/do} is
 * {@code NS/type/do/action}; a list is a matter of the scope it is a list in.
 *
 * @param action such as {@code Microsoft.ContainerService/managedClusters/read}
 * @param resource the segments, braces included, of the resource that the action is done to
 */
record Permission(String action, List<String> resource) {
    private static final String RESOURCES = "Microsoft.Resources";

    /** @param segments of the pattern, as written */
    static Permission of(String method, List<String> segments) {
        int provider = segments.lastIndexOf("providers");
        // A route of the providers themselves is one of Microsoft.Resources.
        boolean own = provider < 0 || provider + 1 >= segments.size() || isBrace(segments.get(provider + 1));
        int from = own ? 0 : provider + 2;
        List<String> typed = segments.subList(from, segments.size());
        boolean action = method.equals("POST") && typed.size() % 2 == 1;
        StringBuilder name = new StringBuilder(own ? RESOURCES : segments.get(provider + 1));
        for (int at = 0; at < typed.size(); at += 2) {
            name.append('/').append(typed.get(at));
        }
        int resource = typed.size() - typed.size() % 2;
        int end = resource == 0 && !own ? provider : from + resource;
        return new Permission(name + verb(method, action), List.copyOf(segments.subList(0, end)));
    }

    private static String verb(String method, boolean action) {
        return switch (method) {
            case "GET", "HEAD" -> "/read";
            case "DELETE" -> "/delete";
            case "POST" -> action ? "/action" : "/write";
            default -> "/write";
        };
    }

    private static boolean isBrace(String segment) {
        return segment.startsWith("{");
    }

    /** The scope that must hold a role for it. */
    RoleScope scope(Map<String, String> parameters) {
        if (!resource.contains("{group}")) {
            return RoleScope.SUBSCRIPTION;
        }
        String group = parameters.getOrDefault("group", "");
        return resource.contains("{cluster}")
                ? new RoleScope(group, parameters.getOrDefault("cluster", ""))
                : RoleScope.ofGroup(group);
    }

    /** The resource's id, in the caller's spelling. */
    String id(Map<String, String> parameters) {
        StringBuilder id = new StringBuilder();
        for (String segment : resource) {
            id.append('/')
                    .append(
                            isBrace(segment)
                                    ? parameters.getOrDefault(segment.substring(1, segment.length() - 1), "")
                                    : segment);
        }
        return id.toString();
    }
}
