// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.github.swindjl.zoo.image.Picture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {

    private static final String EVIL = "<script>alert('x')</script>\" onerror=\"y & z";

    @TempDir private Path dir;

    @Test
    void everyTextIsEscapedWhereverItStands() {
        Verdict verdict =
                new Verdict(Results.plain(9, 9, 50), EVIL + 1, new Prediction(EVIL + 2, 0.5));
        String html =
                HtmlReport.render(
                        new ReportPage(
                                EVIL + 3,
                                EVIL + 4,
                                List.of(new ReportPage.Figure(EVIL + 5, EVIL + 6)),
                                List.of(
                                        new ReportPage.Settings(
                                                EVIL + 7, Map.of(EVIL + 8, EVIL + 9)),
                                        new ReportPage.Plot(
                                                EVIL + 10, EVIL + 11, Ink.canvas(4, 3, 2)),
                                        new ReportPage.Table(
                                                EVIL + 12,
                                                new TextTable(Column.text(EVIL + 13, "k"))
                                                        .row(EVIL + 14)),
                                        new ReportPage.Mistakes(EVIL + 15, List.of(verdict)))));
        assertFalse(html.contains("<script"), html);
        String inAttribute =
                "&lt;script>alert(&#39;x&#39;)&lt;/script>&#34; onerror=&#34;y &amp; z";
        assertTrue(html.contains("alt=\"" + inAttribute + "11\""), html);
        assertTrue(
                html.contains("alt=\"" + inAttribute + "1, predicted " + inAttribute + "2\""),
                html);
        for (int i = 1; i <= 15; i++) {
            assertTrue(html.contains("&amp; z" + i), "text " + i + " is on the page");
        }
    }

    @Test
    void thePageNeedsNothingBesideItAndHoldsThePictures() throws IOException {
        BufferedImage plot = ResultPlots.confusion(Results.small());
        ReportPage page =
                new ReportPage(
                        "Title",
                        "Subtitle",
                        List.of(new ReportPage.Figure("top-1", "62.50 %")),
                        List.of(
                                new ReportPage.Plot("Matrix", "who is who", plot),
                                new ReportPage.Table(
                                        "Classes", ResultTables.perClass(Results.small()))));
        Path file = dir.resolve("report.html");
        HtmlReport.write(page, file);
        String html = Files.readString(file);

        assertTrue(html.stripLeading().startsWith("<!DOCTYPE html>"), html.substring(0, 50));
        assertFalse(html.contains("http:") || html.contains("https:"), "nothing from elsewhere");
        assertTrue(html.contains("prefers-color-scheme: dark"));
        assertTrue(html.contains("width=device-width"));
        Matcher uri = Pattern.compile("src=\"data:image/png;base64,([^\"]+)\"").matcher(html);
        assertTrue(uri.find());
        assertArrayEquals(Png.encode(plot), Base64.getDecoder().decode(uri.group(1)));
        assertTrue(html.contains("width=\"" + plot.getWidth() / 2 + "\""));
        assertTrue(html.contains("<td class=\"number\">50.00 %</td>"));
        assertEquals(4, html.split("<td>", -1).length - 1, "one text cell per class");
    }

    @Test
    void rightAndWrongPicturesAreToldApart() {
        var grey = Results.plain(9, 9, 50);
        String right = mistakes(new Verdict(grey, "cat", new Prediction("cat", 0.5)));
        String wrong = mistakes(new Verdict(grey, "cat", new Prediction("dog", 0.125)));
        assertTrue(right.contains("<figure class=\"right\">"), right);
        assertTrue(wrong.contains("<figure>"), wrong);
        assertTrue(wrong.contains("12.5 %") && wrong.contains("is cat"), wrong);
    }

    @Test
    void picturesAreKeptAsTheyAreIfSmallAndAsJpegIfLarge() throws IOException {
        Picture small = noise(64, 40);
        String own = mistakes(new Verdict(small, "cat", new Prediction("cat", 0.5)));
        assertEquals(64, embedded(own, "png").getWidth());
        assertEquals(64, embedded(own, "png").getHeight());
        assertEquals(
                small.rgb()[0] & 0xff, embedded(own, "png").getRGB(0, 12) >> 16 & 0xff, "no loss");
        assertFalse(own.contains("class=\"tiny\""), own);
        assertTrue(
                mistakes(new Verdict(noise(9, 9), "cat", new Prediction("cat", 0.5)))
                        .contains("class=\"tiny\""));

        String large = mistakes(new Verdict(noise(700, 500), "cat", new Prediction("cat", 0.5)));
        assertEquals(336, embedded(large, "jpeg").getWidth());
        assertTrue(large.length() < 150_000, large.length() + " characters");
    }

    private static Picture noise(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        new Random(5).nextBytes(rgb);
        return new Picture(width, height, rgb);
    }

    private static BufferedImage embedded(String html, String format) throws IOException {
        Matcher uri =
                Pattern.compile("src=\"data:image/" + format + ";base64,([^\"]+)\"").matcher(html);
        assertTrue(uri.find(), html);
        return ImageIO.read(new ByteArrayInputStream(Base64.getDecoder().decode(uri.group(1))));
    }

    private static String mistakes(Verdict verdict) {
        return HtmlReport.render(
                new ReportPage(
                        "t",
                        "s",
                        List.of(),
                        List.of(new ReportPage.Mistakes("Mistakes", List.of(verdict)))));
    }
}
