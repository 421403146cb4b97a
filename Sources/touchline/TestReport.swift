import Checklists
import Foundation
import Language
import Reports

/// What a run of tests has to say, in one of its forms.
struct TestReport {
    var results: [ChecklistTests.Result]
    var coverages: [TestCoverage]
    /// Empty where nobody asked for mutants.
    var mutations: [MutationReport] = []
    /// What is wrong with the proof beside: items without one, lists of mutants that do not fit.
    var problems: [Diagnostic] = []
    /// Says what passes, too.
    var isWhole: Bool
    /// Names all that no case exercises.
    var namesMissing: Bool

    private var failed: Int { results.count { !$0.passed } }

    private var survivors: [(report: MutationReport, outcome: MutationReport.Outcome, proposal: ProposedCase?)] {
        mutations.flatMap { report in
            report.outcomes.compactMap { outcome in
                if case .survived(let proposal) = outcome.fate { (report, outcome, proposal) } else { nil }
            }
        }
    }

    var hasFindings: Bool { failed > 0 || !survivors.isEmpty || problems.contains { $0.severity == .error } }

    func write(as format: ProblemFormat, sources: Diagnostics) {
        for problem in problems where format == .text { Terminal.writeError(problem.description.printable) }
        switch format {
        case .text: for line in text { Terminal.write(line) }
        case .json: Terminal.write(json)
        case .junit: Terminal.write(junit.bytes)
        case .sarif: Terminal.write(ProblemSARIF.bytes(of: findings, in: sources, version: Touchline.version))
        case .github:
            for finding in findings {
                Terminal.write(GitHubAnnotations.line(of: finding, in: sources))
            }
            Terminal.write(summary)
        }
    }

    /// Everything that is not as it should be, at its place.
    private var findings: [Diagnostic] {
        let mismatches = results.flatMap { result in
            result.mismatches.map { Diagnostic(.failedCase, at: $0.position, "\(result.name): \($0)") }
        }
        let alive = survivors.map { report, outcome, proposal in
            Diagnostic(
                .survivor, at: outcome.position, "no test kills the mutant '\(outcome.name)' of '\(report.checklist)'",
                help: proposal.map { "this case would:\n\($0)" } ?? Self.noCase)
        }
        return problems + mismatches + alive
    }

    static let noCase =
        "no record was found that tells it from the item: list it under 'equivalent' with a reason, or change the item"
}

// MARK: Text

extension TestReport {
    private var text: [String] {
        var lines = results.filter { isWhole || !$0.passed }.map(\.description)
        for coverage in coverages where isWhole || namesMissing {
            lines.append(Self.line(of: coverage))
            if namesMissing { lines += Self.missing(in: coverage) }
        }
        for report in mutations { lines += mutants(of: report) }
        return lines + [summary]
    }

    private var summary: String { "\(results.count - failed) passed, \(failed) failed" }

    private static func line(of coverage: TestCoverage) -> String {
        let parts = TestCoverage.Kind.allCases.compactMap { kind in
            coverage.count(of: kind).map { covered, all in
                "\(covered) of \(all) \(kind.rawValue) (\(TestCoverage.percent(covered, of: all)) %)"
            }
        }
        return "tests of \(coverage.checklist) \(coverage.version) exercise " + parts.joined(separator: ", ")
    }

    private static func missing(in coverage: TestCoverage) -> [String] {
        coverage.parts.filter { !$0.missing.isEmpty }.map { part in
            let what =
                switch part.kind {
                case .items: "no case makes it \(part.missing.joined(separator: " or "))"
                case .conditions: "is never \(part.missing.joined(separator: " or "))"
                case .rows: "no case comes to this row"
                case .activities: "never happens"
                }
            return "      \(part.name): \(what) (\(part.position))"
        }
    }

    private func mutants(of report: MutationReport) -> [String] {
        let killed = report.count { if case .killed = $0 { true } else { false } }
        let listed = report.count { if case .listed = $0 { true } else { false } }
        let alive = report.outcomes.count - killed - listed
        var lines: [String] = []
        if isWhole || alive > 0 {
            lines.append(
                "mutants of \(report.checklist) \(report.version): \(killed) of \(report.outcomes.count) killed"
                    + (listed > 0 ? ", \(listed) listed as equivalent" : "") + (alive > 0 ? ", \(alive) survived" : ""))
        }
        for outcome in report.outcomes {
            guard case .survived(let proposal) = outcome.fate else { continue }
            lines.append("SURVIVED  \(report.checklist): \(outcome.name), in the place of \(outcome.old) (\(outcome.position))")
            guard let proposal else {
                lines.append("      " + Self.noCase)
                continue
            }
            lines.append(
                "      no case notices; in this one \(proposal.item) is \(proposal.verdict.rawValue), and \(proposal.mutated.rawValue) as a mutant:"
            )
            lines.append(proposal.indented(by: 2))
        }
        return lines
    }
}

// MARK: JUnit

extension TestReport {
    private var junit: JUnitReport {
        var suites: [JUnitReport.Suite] = []
        func add(_ one: JUnitReport.Case, to name: String) {
            if suites.last?.name != name { suites.append(JUnitReport.Suite(name: name, cases: [])) }
            suites[suites.count - 1].cases.append(one)
        }
        for result in results {
            let outcome: JUnitReport.Outcome =
                result.passed
                ? .passed
                : .failed(
                    type: Code.failedCase.name, message: result.mismatches.first?.description ?? "",
                    details: result.mismatches.map(\.description).joined(separator: "\n"))
            add(.init(name: result.name, group: result.checklist, position: result.position, outcome: outcome), to: result.file)
        }
        for report in mutations {
            for outcome in report.outcomes {
                add(
                    .init(
                        name: outcome.name, group: report.checklist, position: outcome.position,
                        outcome: Self.junit(outcome.fate)),
                    to: "mutants of \(report.checklist) \(report.version)")
            }
        }
        for problem in problems {
            let failure = JUnitReport.Outcome.failed(
                type: problem.code.name, message: problem.message, details: problem.description)
            add(
                .init(
                    name: problem.message, group: problem.code.name, position: problem.position,
                    outcome: problem.severity == .error ? failure : .skipped(problem.description)), to: "proof")
        }
        return JUnitReport(name: "touchline test", suites: suites)
    }

    private static func junit(_ fate: MutationReport.Fate) -> JUnitReport.Outcome {
        switch fate {
        case .killed: .passed
        case .listed(let reason): .skipped("equivalent: " + reason)
        case .survived(let proposal):
            .failed(
                type: Code.survivor.name, message: "no test kills the mutant",
                details: proposal.map { "this case would:\n\($0.indented(by: 2))" } ?? noCase)
        }
    }
}
