// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static java.nio.charset.StandardCharsets.UTF_8;

import gg.jte.ContentType;
import gg.jte.TemplateEngine;
import gg.jte.output.StringOutput;
import io.github.swindjl.zoo.weights.AtomicFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Path;

/**
 * Lays a {@link ReportPage} out as one HTML file that needs nothing beside it: pictures are
 * embedded, there is no script, and it follows the reader's light or dark setting.
 */
public final class HtmlReport {

    private static final TemplateEngine TEMPLATES =
            TemplateEngine.createPrecompiled(ContentType.Html);

    private HtmlReport() {}

    /**
     * Renders a page.
     *
     * @param page what it says; texts are escaped
     * @return an HTML document
     */
    public static String render(ReportPage page) {
        StringOutput html = new StringOutput();
        TEMPLATES.render("report.jte", page, html);
        return html.toString();
    }

    /**
     * Writes a page to a file, which is either complete or not there.
     *
     * @param page what it says
     * @param file where to; replaced when it exists
     * @throws IOException if the file cannot be written
     */
    public static void write(ReportPage page, Path file) throws IOException {
        byte[] html = render(page).getBytes(UTF_8);
        AtomicFile.write(file, channel -> Channels.newOutputStream(channel).write(html));
    }
}
