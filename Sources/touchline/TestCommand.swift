import ArgumentParser
import Checklists
import Foundation
import Language

/// `touchline test`: runs the checklists' own tests, and asks what the tests are worth.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the checklists' own tests.",
        discussion: """
            Tests are YAML files that begin with `touchline: tests/1`, anywhere below the paths. `--mutate` changes every item \
            in small ways, and names each change that no case notices, with a case that would. The exit code is 1 where a case \
            fails, a mutant survives or an item is not proved, 2 where a definition is wrong.

            Example: touchline test --mutate checklists
            """)

    @Argument(help: "Files or folders that hold checklists and their tests. Default: checklists.")
    var paths: [String] = ["checklists"]

    @Flag(help: "Change every item in small ways: each change must fail a case.")
    var mutate = false

    @Flag(help: "Name every item, condition, row and activity that no case exercises.")
    var coverage = false

    @Option(help: "How the result is said: text, json, sarif (2.1.0), junit, or github (annotations of a workflow).")
    var format = ProblemFormat.text

    @Flag(help: "Say only what fails.")
    var quiet = false

    func run() throws {
        let diagnostics = Diagnostics()
        let files = DefinitionFiles.find(in: paths, diagnostics: diagnostics)
        let definitions = Definitions(files: files, diagnostics: diagnostics)
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        if definitions.tests.isEmpty, !mutate {
            throw Stop(.wrong, "no tests in " + paths.map { "'\($0)'" }.joined(separator: ", "))
        }
        var report = TestReport(
            results: definitions.tests.flatMap { $0.run() }, coverages: TestCoverage.of(definitions.tests),
            isWhole: !quiet, namesMissing: coverage)
        if mutate {
            if definitions.checklists.isEmpty {
                throw Stop(.wrong, "no checklists in " + paths.map { "'\($0)'" }.joined(separator: ", "))
            }
            ChecklistTests.reportUnproved(definitions.checklists, definitions.tests, diagnostics: diagnostics)
            report.mutations = MutationRun(checklists: definitions.checklists, tests: definitions.tests)
                .reports(diagnostics: diagnostics)
        }
        // With mutants, items without a proof are errors at their own place.
        report.problems = diagnostics.sorted.filter { !mutate || $0.code != .untested || $0.severity == .error }
        report.write(as: format, sources: diagnostics)
        if report.hasFindings { throw ExitCode(ExitStatus.findings.rawValue) }
    }
}
