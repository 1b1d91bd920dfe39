// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl.cli;

import picocli.CommandLine.IVersionProvider;

/** What {@code swin --version} prints. */
final class Versions implements IVersionProvider {

    @Override
    public String[] getVersion() {
        return new String[] {
            "swin-djl " + program(),
            "Java "
                    + System.getProperty("java.version")
                    + " ("
                    + System.getProperty("os.arch")
                    + ")"
        };
    }

    /** Returns the version in the program's jar, or "unpacked" when it runs from class folders. */
    static String program() {
        String version = Versions.class.getPackage().getImplementationVersion();
        return version == null ? "unpacked" : version;
    }
}
