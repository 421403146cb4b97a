package import Language

/// Diagnostics as JUnit's XML: a suite a file, in which each problem is a failed case and a file without one a passed case.
package enum ProblemJUnit {
    package static func report(of problems: [Diagnostic], in sources: Diagnostics, files: [String]) -> JUnitReport {
        let named = problems.map(\.position.file)
        let all = Set(files + named).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let byFile = Dictionary(grouping: problems, by: \.position.file)
        return JUnitReport(
            name: "touchline lint",
            suites: all.map { file in
                let cases = (byFile[file] ?? []).map { one(of: $0, in: sources) }
                let clean = JUnitReport.Case(name: "lint", group: file)
                return JUnitReport.Suite(name: file, cases: cases.isEmpty ? [clean] : cases)
            })
    }

    private static func one(of problem: Diagnostic, in diagnostics: Diagnostics) -> JUnitReport.Case {
        let details = ProblemText.lines(of: problem, in: diagnostics).joined(separator: "\n")
        let name = "\(problem.code) \(problem.position.line):\(problem.position.column)"
        // A warning fails nothing.
        let outcome: JUnitReport.Outcome =
            problem.severity == .error
            ? .failed(type: problem.code.name, message: problem.message, details: details) : .skipped(problem.description)
        return JUnitReport.Case(name: name, group: problem.position.file, position: problem.position, outcome: outcome)
    }
}
