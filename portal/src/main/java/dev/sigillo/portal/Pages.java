package dev.sigillo.portal;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.TemplateOutput;
import gg.jte.output.StringOutput;
import java.util.Map;

/** Templates, compiled with the module, which escape every value by where it stands. */
final class Pages {
    private final TemplateEngine engine = TemplateEngine.createPrecompiled(
            null, ContentType.Html, Pages.class.getClassLoader(), "dev.sigillo.portal");

    /** @param model the one parameter of the template */
    PortalReply show(int status, String template, Object model) {
        TemplateOutput output = new StringOutput();
        engine.render(template + ".jte", model, output);
        return PortalReply.page(status, output.toString());
    }

    PortalReply signIn(int status, String to, String notice) {
        return rendered(status, "signin", Map.of("frame", Frame.outside("Sign in"), "to", to, "notice", notice));
    }

    /** Somebody who is signed in gets the API's words, with the way on. */
    PortalReply refused(Visit visit, Refused why) {
        return rendered(
                why.status(),
                "refused",
                Map.of("frame", visit.frame("Not done"), "code", why.code(), "words", why.words()));
    }

    /** For requests that are no page's. */
    PortalReply stranded(int status, String code, String words) {
        return rendered(status, "refused", Map.of("frame", Frame.outside("Not done"), "code", code, "words", words));
    }

    private PortalReply rendered(int status, String template, Map<String, Object> parameters) {
        TemplateOutput output = new StringOutput();
        engine.render(template + ".jte", parameters, output);
        return PortalReply.page(status, output.toString());
    }
}
