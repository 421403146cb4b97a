import ArgumentParser
import Checklists
import Fetching
import Foundation
import Language
import Reports
import Scoring
import Timelines

/// `touchline check`: canonical records in, verdicts out.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge canonical records (NDJSON) from standard input; verdicts (NDJSON) to standard output.",
        discussion: """
            Verdicts come in the order of the records. A line that is no record is named on standard error, and the exit \
            code is 3. Checklists come from `--checklist`, else from the config.

            Example: cat records.ndjson | touchline check --checklist checklists --as-of 2026-11-01T00:00:00Z
            """)

    @OptionGroup var judging: JudgingOptions

    @Option(name: .customLong("checklist"), help: "A checklist file or folder (repeatable), in the place of a config.")
    var checklists: [String] = []

    func run() throws {
        let now = Instant(seconds: Int64(Date().timeIntervalSince1970))
        let filter = try makeFilter(now)
        var failed = false
        var findings = false
        var reader = RecordReader(source: "stdin", mapping: .canonical, format: .ndjson, activities: filter.activities)
        func judgeAll() throws {
            while let work = reader.next() {
                let batch = work.run()
                for rejection in batch.rejections + batch.eventRejections {
                    failed = true
                    Terminal.writeError("stdin\(rejection.provenance.pointer): no \(rejection.field): \(rejection.why)")
                }
                if let failure = batch.failure { throw failure }
                findings = filter.write(batch.records) || findings
            }
        }
        do {
            while let data = try FileHandle.standardInput.read(upToCount: 1 << 20), !data.isEmpty {
                try reader.consume(.bytes([UInt8](data), page: 1))
                try judgeAll()
            }
            try reader.finish()
            try judgeAll()
        } catch let failure as ReadFailure {
            throw Stop(.incomplete, "stdin: " + failure.reason.message)
        }
        if failed, judging.failOn != .never { throw ExitCode(ExitStatus.incomplete.rawValue) }
        if findings, judging.failOn == .breach { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func makeFilter(_ now: Instant) throws -> VerdictFilter {
        let diagnostics = Diagnostics()
        let asOf = judging.asOf
        if checklists.isEmpty {
            guard let plan = AuditPlan.load(config: judging.config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
            let activities = plan.activities
            let judge = plan.judge(asOf: asOf ?? plan.asOf ?? now, activities: activities)
            return VerdictFilter(judge: judge, activities: activities, choice: judging.verdicts)
        }
        let files = DefinitionFiles.find(in: checklists, diagnostics: diagnostics)
        let definitions = Definitions(files: files.filter { $0.kind(diagnostics) == .checklist }, diagnostics: diagnostics)
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        if definitions.isEmpty { throw Stop(.wrong, "no checklist in " + checklists.map { "'\($0)'" }.joined(separator: ", ")) }
        let activities = ActivityTable(definitions.checklists.flatMap(\.activityNames))
        let judge = Judge(
            checklists: definitions.checklists, activities: activities, partners: nil, producible: [:], asOf: asOf ?? now,
            settle: AuditPlan.defaultSettle)
        return VerdictFilter(judge: judge, activities: activities, choice: judging.verdicts)
    }
}

/// Judges records as they come and writes the lines that were asked for.
private struct VerdictFilter {
    let judge: Judge
    let activities: ActivityTable
    let choice: VerdictChoice

    /// True where a record fails an item.
    func write(_ records: [ServiceRecord]) -> Bool {
        var lines = VerdictLineWriter(slots: ItemSlots(judge.items), failsOnly: choice == .fails) { _, _ in nil }
        var scratch = judge.makeScratch()
        var fails = false
        for record in records where judge.audits(partner: record.partner) {
            let judgement = judge.judge(record, scratch: &scratch)
            fails = fails || judgement.verdicts.contains { $0.verdict == .fail }
            lines.write(judgement)
        }
        Terminal.write(lines.take())
        return fails
    }
}
