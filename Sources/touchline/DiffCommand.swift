import ArgumentParser
import Fetching
import Foundation
import History
import Language
import Reports

/// `touchline diff`: what two sets of checklists make of the same pull, or what two audits say otherwise.
struct DiffCommand: AsyncParsableCommand {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case text, json, github
    }

    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Say whose verdicts, rates and flags change, from one set of checklists to another or between two audits.",
        discussion: """
            OLD and NEW are folders or files of checklists, both judged on the same snapshot in the place of the config's own: \
            what is said is what an audit of that snapshot (`audit --replay`) would find. Or they are audits: their ids in the history, \
            or the folders of their reports. Nothing is pulled, kept or written; a difference is no failure (exit code 0) unless \
            `--fail-on` says so, and an audit that would not be complete ends with 3.

            Example: touchline diff checklists-of-main checklists -c touchline.yaml --format github > comment.md
            """)

    @Argument(help: ArgumentHelp("Checklists, or an audit.", valueName: "old"))
    var old: String

    @Argument(help: ArgumentHelp("What they are compared with, of the same kind.", valueName: "new"))
    var new: String

    @Option(name: .shortAndLong, help: "The configuration, with its sources, partners, snapshots and history.")
    var config = "touchline.yaml"

    @Option(
        help: ArgumentHelp(
            "The pull that checklists judge: its name, `latest`, or the path of a manifest or a folder of snapshots.",
            valueName: "snapshot"))
    var snapshot = "latest"

    @Option(
        help: "Judge as of this instant (RFC 3339), or the beginning of this day (UTC). Default: as an audit of the snapshot was."
    )
    var asOf: Instant?

    @Flag(help: "Judge every record by the newest version of each checklist, whenever it was opened.")
    var rejudge = false

    @OptionGroup var pulling: PullingOptions

    @Option(help: "Name the first records of each change (fails), or all of them; JSON names all.")
    var verdicts = VerdictChoice.fails

    @Option(help: "How it is said: text, json, or a comment for a pull request in Markdown (github).")
    var format = Format.text

    @Option(
        help: """
            Exit with 1 where NEW raises an asserted flag that OLD does not (flag), or fails a record that OLD does not (breach); \
            `never` gives 0 even where the audit is not complete.
            """)
    var failOn = FailOn.incomplete

    @Flag(help: "Say nothing but errors.")
    var quiet = false

    func run() async throws {
        let report: DiffReport
        do {
            report = try await compared()
        } catch let error as HistoryError {
            throw Stop(.wrong, error.description)
        } catch let error as SnapshotError {
            throw Stop(error)
        }
        if !quiet || format != .text { try write(report) }
        let status = failOn.status(of: report)
        if status != .done { throw ExitCode(status.rawValue) }
    }

    private func compared() async throws -> DiffReport {
        let operands = (try DiffOperand(old, config: config), try DiffOperand(new, config: config))
        switch operands {
        case (.audit(let before), .audit(let after)):
            return DiffReport(
                subject: .audits, oldName: old, newName: new, snapshot: nil, diff: AuditDiff(from: before, to: after))
        case (.checklists(let before), .checklists(let after)):
            return try await ChecklistDiff(old: before, new: after, command: self).report()
        default:
            throw Stop(
                .wrong, "'\(old)' and '\(new)' are not of one kind: compare checklists with checklists, or audits with audits")
        }
    }

    private func write(_ report: DiffReport) throws {
        switch format {
        case .text: try DiffText.write(report, allRecords: verdicts == .all) { Terminal.write($0) }
        case .json: try DiffJSON.write(report) { Terminal.write($0) }
        case .github: Terminal.write(Array(DiffComment.text(report).utf8))
        }
    }

    /// Whether the ids of all records are wanted.
    var namesAll: Bool { format == .json || (format == .text && verdicts == .all) }
}

extension FailOn {
    /// Two audits of the past are as complete as they are; what checklists would find on an incomplete pull is not known.
    fileprivate func status(of report: DiffReport) -> ExitStatus {
        guard self != .never else { return .done }
        let (before, after) = (report.diff.old, report.diff.new)
        if report.subject == .checklists, !before.isComplete || !after.isComplete { return .incomplete }
        let isFlagged = report.diff.raisesAssertedFlag
        return switch self {
        case .never, .incomplete: .done
        case .flag: isFlagged ? .findings : .done
        case .breach: isFlagged || report.failsMore ? .findings : .done
        }
    }
}
