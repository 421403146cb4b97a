import ArgumentParser
import Checklists
import Foundation
import Language

/// `touchline test`: runs the checklists' own tests.
struct TestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test", abstract: "Run the checklists' own tests.",
        discussion: """
            Tests are YAML files that begin with `touchline: tests/1`, anywhere below the paths. The exit code is 1 where \
            a case fails, 2 where a definition is wrong.

            Example: touchline test checklists
            """)

    @Argument(help: "Files or folders that hold checklists and their tests. Default: checklists.")
    var paths: [String] = ["checklists"]

    @Flag(help: "Say only what fails.")
    var quiet = false

    func run() throws {
        let diagnostics = Diagnostics()
        let files = DefinitionFiles.find(in: paths, diagnostics: diagnostics)
        let definitions = Definitions(files: files, diagnostics: diagnostics)
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        for warning in diagnostics.sorted { Terminal.writeError(warning.description.printable) }
        if definitions.tests.isEmpty { throw Stop(.wrong, "no tests in " + paths.map { "'\($0)'" }.joined(separator: ", ")) }
        var passed = 0
        var failed = 0
        for tests in definitions.tests {
            for result in tests.run() {
                if result.passed { passed += 1 } else { failed += 1 }
                if !result.passed || !quiet { Terminal.write(result.description) }
            }
        }
        Terminal.write("\(passed) passed, \(failed) failed")
        if failed > 0 { throw ExitCode(ExitStatus.findings.rawValue) }
    }
}
