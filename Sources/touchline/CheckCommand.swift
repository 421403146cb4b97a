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
        var filter = try makeFilter(Instant(seconds: Int64(Date().timeIntervalSince1970)))
        var reader = RecordReader(
            source: "stdin", mapping: .canonical(source: "stdin"), format: .ndjson, activities: filter.activities)
        do {
            while let data = try FileHandle.standardInput.read(upToCount: 1 << 20), !data.isEmpty {
                try reader.consume(.bytes([UInt8](data), page: 1))
                while let work = reader.next() { try filter.take(work.run()) }
            }
            try reader.finish()
        } catch let failure as ReadFailure {
            filter.fail(failure)
        }
        while let work = reader.next() { try filter.take(work.run()) }
        for partner in filter.unlisted.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            Terminal.writeError("the config does not list the partner '\(partner)': its records are not judged")
        }
        if filter.hasFailed, judging.failOn != .never { throw ExitCode(ExitStatus.incomplete.rawValue) }
        if filter.hasBreach, judging.failOn == .breach { throw ExitCode(ExitStatus.findings.rawValue) }
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
    /// A line was no record, or an event could not be read.
    private(set) var hasFailed = false
    private(set) var hasBreach = false
    private(set) var unlisted: Set<String> = []

    init(judge: Judge, activities: ActivityTable, choice: VerdictChoice) {
        self.judge = judge
        self.activities = activities
        self.choice = choice
    }

    /// Judges the records of a batch, and names what could not be read of it.
    mutating func take(_ batch: MappedBatch) throws {
        try write(batch.records)
        for rejection in batch.rejections + batch.eventRejections {
            hasFailed = true
            Terminal.writeError("stdin\(rejection.provenance.pointer): no \(rejection.field): \(rejection.why)")
        }
        if let failure = batch.failure { fail(failure) }
    }

    mutating func fail(_ failure: ReadFailure) {
        hasFailed = true
        Terminal.writeError("stdin: " + failure.reason.message)
    }

    private mutating func write(_ records: [ServiceRecord]) throws {
        var lines = VerdictLines(slots: ItemSlots(judge.items), failsOnly: choice == .fails)
        var scratch = judge.makeScratch()
        for record in records {
            guard judge.audits(partner: record.partner) else {
                unlisted.insert(record.partner)
                continue
            }
            let judgement = judge.judge(record, scratch: &scratch)
            hasBreach = hasBreach || judgement.verdicts.contains { $0.verdict == .fail }
            try lines.write(judgement)
        }
        Terminal.write(lines.bytes)
    }
}
