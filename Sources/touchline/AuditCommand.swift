import ArgumentParser
import Fetching
import Foundation
import History
import Language
import Reports
import Scoring

/// `touchline audit`: pull, judge, flag, remember, report.
struct AuditCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "audit", abstract: "Pull, judge, flag, remember, report: the main job.",
        discussion: """
            Example: touchline audit -c touchline.yaml --out audit --fail-on flag
            """)

    @OptionGroup var judging: JudgingOptions

    @OptionGroup var pulling: PullingOptions

    @Option(
        help: ArgumentHelp(
            "Pull nothing, and judge an earlier pull: its name, `latest`, or the path of a manifest or a folder of snapshots.",
            valueName: "snapshot"))
    var replay: String?

    @Option(help: "The folder of the reports; an earlier audit there is replaced.")
    var out = "audit"

    @Option(help: "Say a summary, or `audit.json` itself, on standard output.")
    var format = OutputFormat.text

    func run() async throws {
        let diagnostics = Diagnostics()
        guard var plan = AuditPlan.load(config: judging.config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
        plan.rejudges = judging.rejudge
        let selection = try pulling.checked(against: plan)
        if replay == nil {
            plan.unlock(selection, environment: ProcessInfo.processInfo.environment, diagnostics: diagnostics)
        }
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        for warning in diagnostics.sorted { Terminal.writeError(warning.description.printable) }
        let started = ContinuousClock.now
        let now = Instant.now
        let finished: FinishedAudit
        do {
            let lock = try HistoryLock(path: plan.historyPath)
            // Before anything is pulled: a pull that nobody can keep or read is a burden on partners for nothing.
            let history = try AuditHistory(path: plan.historyPath, network: plan.network)
            let reports = try ReportFolder(target: out)
            let progress = Progress(quiet: judging.quiet)
            let snapshot = try replay.map { try Snapshot.find($0, in: plan.snapshots) }
            let writer = snapshot == nil ? try plan.snapshotWriter(clock: { .now }) : nil
            let pulledAt = snapshot?.manifest.pulledAt ?? writer?.pulledAt ?? now
            let asOf = judging.asOf ?? snapshot?.manifest.asOf ?? plan.asOf ?? pulledAt
            let memories = try plan.memories(in: history, before: asOf)
            let pulling =
                snapshot.map { Pulling(replaying: $0, selection) }
                ?? Pulling(plan, selection, asOf: asOf, pulledAt: pulledAt, memories: memories, into: writer)
            let run = AuditRun(
                plan: plan, asOf: asOf, pulling: pulling, history: history, memories: memories,
                elapsed: { ContinuousClock.now - started },
                progress: progress)
            let collected = try await run.collect()
            progress.finish()
            finished = try collected.report(
                into: reports, history: history, verdicts: judging.verdicts,
                clock: RunClock(startedAt: now, elapsed: { ContinuousClock.now - started }))
            withExtendedLifetime(lock) {}
        } catch let error as HistoryError {
            if case .locked = error { throw Stop(.locked, error.description) }
            throw Stop(.wrong, error.description)
        } catch let error as SnapshotError {
            throw Stop(error)
        } catch let error as ReportError {
            throw Stop(.wrong, error.description)
        }
        switch format {
        case .json: Terminal.write(finished.json)
        case .text: if !judging.quiet { Terminal.write(AuditSummary(finished.audit, folder: out).text) }
        }
        let status = judging.failOn.status(of: finished.audit)
        if status != .done { throw ExitCode(status.rawValue) }
    }
}

extension FailOn {
    /// The exit code that an audit deserves: an incomplete audit weighs more than its findings.
    func status(of audit: Audit) -> ExitStatus {
        guard self != .never else { return .done }
        if audit.sources.contains(where: { $0.outcome != "complete" && $0.reasonCode != Selection.leftOut }) {
            return .incomplete
        }
        let isFlagged = audit.flags.contains { $0.tier == .asserted && $0.state != .fixed }
        let isBreached = audit.partners.contains { $0.items.contains { $0.tally.fail > 0 } }
        return switch self {
        case .never, .incomplete: .done
        case .flag: isFlagged ? .findings : .done
        case .breach: isFlagged || isBreached ? .findings : .done
        }
    }
}

/// What standard output says of an audit.
struct AuditSummary {
    let text: String

    init(_ audit: Audit, folder: String) {
        let records = audit.partners.map(\.records).reduce(0, +)
        let breaches = audit.partners.flatMap(\.items).map(\.tally.fail).reduce(0, +)
        let flags = audit.flags.filter { $0.tier == .asserted && $0.state != .fixed }
        let names = Dictionary(audit.partners.map { ($0.id, $0.name) }, uniquingKeysWith: { first, _ in first })
        var lines = [
            "\(audit.network), as of \(audit.asOf): audit \(audit.id)",
            [
                Self.count(audit.partners.count, "partner"), Self.count(records, "record"),
                Self.count(breaches, "breach", "breaches"),
                Self.count(flags.count, "asserted flag"),
            ].joined(separator: ", "),
        ]
        lines += flags.map {
            "flag: \(names[$0.partner] ?? $0.partner), \($0.item), \(Self.kind($0)): \($0.sentence)"
        }
        for source in audit.sources where source.outcome != "complete" {
            lines.append("source '\(source.id)' is \(source.outcome): " + (source.reason ?? ""))
        }
        for source in audit.sources {
            if source.rejected + source.rejectedEvents > 0 {
                lines.append(
                    "source '\(source.id)': \(Self.count(source.rejected, "record")) and \(Self.count(source.rejectedEvents, "event")) could not be read"
                )
            }
            lines += source.notes.prefix(Self.namedNotes).map { "  " + $0 }
            if source.notes.count > Self.namedNotes { lines.append("  and more, in the report") }
        }
        for source in audit.sources where !source.unlistedPartners.isEmpty {
            lines.append(
                "source '\(source.id)' names partners that the config does not: "
                    + source.unlistedPartners.prefix(Self.namedPartners).map { String($0.prefix(100)) }.joined(separator: ", ")
                    + (source.unlistedPartners.count > Self.namedPartners ? ", and more" : ""))
        }
        lines += audit.caveats.map { "note: " + $0 }
        lines.append("reports: \(folder)/index.html")
        text = lines.map(\.printable).joined(separator: "\n")
    }

    /// Rejections and warnings said of a source; the report has more.
    private static let namedNotes = 5
    /// Partners that the config does not list; the report has more.
    private static let namedPartners = 20

    /// `peer`, `within customers`
    private static func kind(_ flag: Scoring.Flag) -> String {
        flag.dimension.map { "\(flag.kind.rawValue) \($0)s" } ?? flag.kind.rawValue
    }

    static func count(_ number: Int, _ one: String, _ many: String? = nil) -> String {
        number == 1 ? "1 \(one)" : "\(number) \(many ?? one + "s")"
    }
}
