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
            `file:line:column: error[CODE]: message` with its line; the exit code is 1 where there is an error. \
            `--fix` makes what is safe: it quotes expressions and corrects keys that can only mean one thing.

            Example: touchline lint checklists touchline.yaml
            """)

    @Argument(help: "Files or folders. Default: this folder.")
    var paths: [String] = ["."]

    @Option(help: "How problems are said: text, json, sarif (2.1.0), junit, or github (annotations of a workflow).")
    var format = ProblemFormat.text

    @Flag(help: "Make the safe fixes, then say what is left.")
    var fix = false

    @Flag(help: "With --fix: change no file, print what would change as a diff. The exit code is 1 where something would.")
    var dryRun = false

    @Flag(help: "Say nothing but problems.")
    var quiet = false

    func validate() throws {
        if dryRun, !fix { throw ValidationError("'--dry-run' says what '--fix' would do: give both.") }
    }

    func run() throws {
        var found = Diagnostics()
        var files = DefinitionFiles.find(in: paths, diagnostics: found)
        if found.hasErrors { throw Stop(found) }
        if fix {
            let fixes = SafeFixes(files)
            if dryRun { return try show(fixes) }
            try fixes.write()
            if !quiet { Terminal.writeError(fixes.summary) }
            files = fixes.files
        }
        found = Diagnostics()
        let definitions = Definitions(files: files, thorough: true, diagnostics: found)
        // A file that cannot even be read as YAML has been named.
        if definitions.isEmpty, !found.hasErrors {
            throw Stop(.wrong, "no definitions in " + paths.map { "'\($0)'" }.joined(separator: ", "))
        }
        let problems = found.sorted
        format.write(problems, in: found, files: definitions.files)
        let errors = problems.filter { $0.severity == .error }.count
        if !quiet {
            noteSilence(of: definitions.checklists)
            Terminal.writeError(
                "\(definitions.summary): \(AuditSummary.count(errors, "error")), \(AuditSummary.count(problems.count - errors, "warning"))"
            )
        }
        if errors > 0 { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func show(_ fixes: SafeFixes) throws {
        for line in fixes.diff { Terminal.write(line) }
        if !fixes.diff.isEmpty { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    /// Names the items that a partner passes by telling nothing: right as they may be, they want to be read with care.
    private func noteSilence(of checklists: [Checklist]) {
        let names = checklists.flatMap(\.items).filter(\.passesInSilence).map { "\($0.checklist)/\($0.id)" }
        guard !names.isEmpty else { return }
        Terminal.writeError("note: passed by a record of which nothing is told: " + names.joined(separator: ", "))
    }
}
