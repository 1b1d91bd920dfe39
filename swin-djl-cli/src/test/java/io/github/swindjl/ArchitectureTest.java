// SPDX-License-Identifier: Apache-2.0
package io.github.swindjl;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.core.importer.Location;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.library.GeneralCodingRules;

/** The house rules: who may import whom, and what a package may not do. */
@AnalyzeClasses(
        packages = "io.github.swindjl",
        importOptions = {ArchitectureTest.MainClasses.class})
class ArchitectureTest {

    /** Leaves out tests, those that another module hands on in its test jar included. */
    static final class MainClasses implements ImportOption {
        @Override
        public boolean includes(Location location) {
            return !location.contains("/test-classes/") && !location.contains("-tests.jar");
        }
    }

    private static final String ROOT = "io.github.swindjl";

    @ArchTest
    static final ArchRule IMPORTS_RUN_ONE_WAY =
            layeredArchitecture()
                    .consideringOnlyDependenciesInAnyPackage(ROOT + "..")
                    .layer("kernels")
                    .definedBy(ROOT + ".kernels..")
                    .layer("window")
                    .definedBy(ROOT + ".window..")
                    .layer("blocks")
                    .definedBy(ROOT + ".blocks..")
                    .layer("dense")
                    .definedBy(ROOT + ".dense..")
                    .layer("simmim")
                    .definedBy(ROOT + ".simmim..")
                    .layer("zoo")
                    .definedBy(ROOT + ".zoo..")
                    .layer("data")
                    .definedBy(ROOT + ".data..")
                    .layer("eval")
                    .definedBy(ROOT + ".eval..")
                    .layer("train")
                    .definedBy(ROOT + ".train..")
                    .layer("bench")
                    .definedBy(ROOT + ".bench..")
                    .layer("report")
                    .definedBy(ROOT + ".report..")
                    .layer("cli")
                    .definedBy(ROOT + ".cli..")
                    .whereLayer("cli")
                    .mayNotBeAccessedByAnyLayer()
                    .whereLayer("bench")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("report")
                    .mayOnlyBeAccessedByLayers("cli")
                    .whereLayer("train")
                    .mayOnlyBeAccessedByLayers("cli", "report", "bench")
                    .whereLayer("eval")
                    .mayOnlyBeAccessedByLayers("cli", "report", "bench", "train")
                    .whereLayer("data")
                    .mayOnlyBeAccessedByLayers("cli", "report", "bench", "train", "eval")
                    .whereLayer("zoo")
                    .mayOnlyBeAccessedByLayers("cli", "report", "bench", "train", "eval", "data")
                    .whereLayer("dense")
                    .mayOnlyBeAccessedByLayers(
                            "cli", "report", "bench", "train", "eval", "data", "zoo")
                    .whereLayer("simmim")
                    .mayOnlyBeAccessedByLayers(
                            "cli", "report", "bench", "train", "eval", "data", "zoo")
                    .whereLayer("blocks")
                    .mayOnlyBeAccessedByLayers(
                            "cli", "report", "bench", "train", "eval", "data", "zoo", "dense",
                            "simmim")
                    .whereLayer("window")
                    .mayOnlyBeAccessedByLayers("blocks", "zoo", "dense")
                    .whereLayer("kernels")
                    .mayNotAccessAnyLayer()
                    .whereLayer("window")
                    .mayNotAccessAnyLayer();

    @ArchTest
    static final ArchRule NO_PACKAGE_IS_PART_OF_A_CIRCLE =
            slices().matching(ROOT + ".(**)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule ONLY_KERNELS_KNOWS_THE_ENGINES_INTERNALS =
            noClasses()
                    .that(resideOutside("kernels"))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl.pytorch..");

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_PRINTS =
            noClasses()
                    .that(resideOutside("cli"))
                    .should(GeneralCodingRules.ACCESS_STANDARD_STREAMS);

    @ArchTest
    static final ArchRule ONLY_THE_COMMAND_LINE_ENDS_THE_PROCESS =
            noClasses()
                    .that(resideOutside("cli"))
                    .should()
                    .callMethod(System.class, "exit", int.class);

    @ArchTest
    static final ArchRule WINDOWS_ARE_PURE_ARITHMETIC =
            noClasses()
                    .that(resideInAPackage(ROOT + ".window.."))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl..", "java.io..", "java.nio.file..");

    @ArchTest
    static final ArchRule BLOCKS_READ_NO_FILES =
            noClasses()
                    .that(
                            resideInAnyPackage(
                                    ROOT + ".blocks..", ROOT + ".dense..", ROOT + ".simmim.."))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("java.nio.file..", "java.awt..", "javax.imageio..")
                    .orShould()
                    .dependOnClassesThat()
                    .haveNameMatching("java\\.io\\.(File.*|RandomAccessFile)");

    @ArchTest
    static final ArchRule BLOCKS_ASK_NO_SYSTEM_PROPERTIES =
            noClasses()
                    .that(
                            resideInAnyPackage(
                                    ROOT + ".blocks..", ROOT + ".dense..", ROOT + ".simmim.."))
                    .should()
                    .callMethod(System.class, "getProperty", String.class)
                    .orShould()
                    .callMethod(System.class, "getProperty", String.class, String.class)
                    .orShould()
                    .callMethod(System.class, "getenv", String.class)
                    .orShould()
                    .callMethod(Boolean.class, "getBoolean", String.class)
                    .orShould()
                    .callMethod(Integer.class, "getInteger", String.class);

    @ArchTest
    static final ArchRule DATA_KNOWS_NO_MODEL =
            noClasses()
                    .that(resideInAPackage(ROOT + ".data.."))
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage(ROOT + ".blocks..", ROOT + ".kernels..");

    @ArchTest
    static final ArchRule TRAINING_AND_EVALUATION_READ_ARRAYS_WHERE_WAITS_ARE_COUNTED =
            noClasses()
                    .that(resideInAnyPackage(ROOT + ".train..", ROOT + ".eval.."))
                    .should()
                    .callMethodWhere(
                            target(owner(assignableTo(NDArray.class)))
                                    .and(
                                            target(
                                                    nameMatching(
                                                            "(to|get)(Float|Double|Long|Int|Uint8|Byte|Boolean)(Array)?|toByteBuffer|toArray"))))
                    .because("each of them waits for the device: Transfers counts them");

    @ArchTest
    static final ArchRule NO_TRANSFORMS_OF_DJL =
            noClasses()
                    .should()
                    .dependOnClassesThat()
                    .resideInAnyPackage("ai.djl.modality.cv.transform..", "ai.djl.opencv..")
                    .because("their pixels differ from Pillow's and between class paths");

    @ArchTest
    static final ArchRule LOGS_GO_THROUGH_SLF4J =
            noClasses().should(GeneralCodingRules.USE_JAVA_UTIL_LOGGING);

    @ArchTest
    static final ArchRule NOBODY_DRAWS_FROM_A_GLOBAL_GENERATOR =
            noClasses()
                    .should()
                    .callMethod(Math.class, "random")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("java.util.concurrent.ThreadLocalRandom")
                    .orShould()
                    .dependOnClassesThat()
                    .haveFullyQualifiedName("ai.djl.util.RandomUtils");

    @ArchTest
    static final ArchRule CLASSES_ARE_FINAL_OR_MADE_FOR_EXTENSION =
            classes()
                    .that()
                    .areTopLevelClasses()
                    .and()
                    .areNotInterfaces()
                    .and()
                    .areNotEnums()
                    .and()
                    .doNotHaveModifier(JavaModifier.ABSTRACT)
                    .and()
                    .doNotHaveSimpleName("package-info")
                    .and(not(assignableTo(Exception.class)))
                    .should()
                    .haveModifier(JavaModifier.FINAL);

    private static DescribedPredicate<JavaClass> resideOutside(String name) {
        return not(resideInAPackage(ROOT + "." + name + ".."));
    }
}
