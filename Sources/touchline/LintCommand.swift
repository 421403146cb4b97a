import ArgumentParser
import Checklists
import Foundation
import Language

/// `touchline lint`: checks definitions, pulls nothing.
struct LintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint", abstract: "Check checklist and config definitions.",
        discussion: """
            Folders are searched for YAML files that begin with `touchline:`. Every problem is said as \
            `file:line:column: error[CODE]: message`; the exit code is 1 where there is one.

            Example: touchline lint checklists touchline.yaml
            """)

    @Argument(help: "Files or folders. Default: this folder.")
    var paths: [String] = ["."]

    @Flag(help: "Say nothing but problems.")
    var quiet = false

    func run() throws {
        let diagnostics = Diagnostics()
        let files = DefinitionFiles.find(in: paths, diagnostics: diagnostics)
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        let definitions = Definitions(files: files, diagnostics: diagnostics)
        // A file that cannot even be read as YAML has been named.
        if definitions.isEmpty, !diagnostics.hasErrors {
            throw Stop(.wrong, "no definitions in " + paths.map { "'\($0)'" }.joined(separator: ", "))
        }
        let problems = diagnostics.sorted
        for problem in problems { Terminal.write(problem.description.printable) }
        if !quiet { noteSilence(of: definitions.checklists) }
        let errors = problems.filter { $0.severity == .error }.count
        if !quiet {
            Terminal.writeError(
                "\(definitions.summary): \(AuditSummary.count(errors, "error")), \(AuditSummary.count(problems.count - errors, "warning"))"
            )
        }
        if errors > 0 { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    /// Names the items that a partner passes by telling nothing: right as they may be, they want to be read with care.
    private func noteSilence(of checklists: [Checklist]) {
        let names = checklists.flatMap(\.items).filter(\.passesInSilence).map { "\($0.checklist)/\($0.id)" }
        guard !names.isEmpty else { return }
        Terminal.writeError("note: passed by a record of which nothing is told: " + names.joined(separator: ", "))
    }
}

/// The definitions of a lint or test run, loaded together, so that tests find their checklists.
struct Definitions {
    var checklists: [Checklist] = []
    var tests: [ChecklistTests] = []
    var configs = 0
    private var checklistFiles = 0

    /// Files that are no definitions of ours are passed over; configs are loaded with all that they name.
    init(files: [DefinitionFile], diagnostics: Diagnostics) {
        let sorted = files.map { ($0, $0.kind(diagnostics)) }
        let own = sorted.filter { $0.1 == .checklist }.map(\.0)
        checklistFiles = own.count
        checklists = ChecklistLoader.load(files: own.map { (name: $0.path, text: $0.text) }, diagnostics: diagnostics)
        for (file, kind) in sorted where kind == .tests {
            if let loaded = ChecklistTests.load(
                name: file.path, text: file.text, checklists: checklists, diagnostics: diagnostics)
            {
                tests.append(loaded)
            }
        }
        ChecklistTests.reportCoverage(tests, diagnostics: diagnostics)
        for (file, kind) in sorted where kind == .config {
            configs += 1
            _ = AuditPlan.load(config: file.path, diagnostics: diagnostics)
        }
    }

    var isEmpty: Bool { checklistFiles == 0 && tests.isEmpty && configs == 0 }

    var summary: String {
        [
            AuditSummary.count(checklistFiles, "checklist"),
            AuditSummary.count(checklists.map(\.items.count).reduce(0, +), "item"),
            AuditSummary.count(tests.count, "test file"), AuditSummary.count(configs, "config"),
        ].joined(separator: ", ")
    }
}
