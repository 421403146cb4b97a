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
            Verdicts come in the order of the records, those on customers after them. A line that is no record is named on \
            standard error, and the exit code is 3. Checklists come from `--checklist`, else from the config.

            Example: cat records.ndjson | touchline check --checklist checklists --as-of 2026-11-01T00:00:00Z
            """)

    @OptionGroup var judging: JudgingOptions

    @Option(
        name: .customLong("checklist"),
        help: "A checklist file or folder (repeatable), in the place of a config, or of the checklists of one given by `-c`.")
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
        try filter.finish()
        for partner in filter.unlisted.sorted(by: { $0.utf8.lexicographicallyPrecedes($1.utf8) }) {
            Terminal.writeError("the config does not list the partner '\(partner)': its records are not judged".printable)
        }
        if filter.hasFailed, judging.failOn != .never { throw ExitCode(ExitStatus.incomplete.rawValue) }
        if filter.hasBreach, judging.failOn == .breach { throw ExitCode(ExitStatus.findings.rawValue) }
    }

    private func makeFilter(_ now: Instant) throws -> VerdictFilter {
        let diagnostics = Diagnostics()
        let asOf = judging.asOf
        if checklists.isEmpty || judging.givenConfig != nil {
            guard var plan = AuditPlan.load(config: judging.config, diagnostics: diagnostics) else { throw Stop(diagnostics) }
            if !checklists.isEmpty { plan.checklists = try loadChecklists(plan, diagnostics) }
            plan.rejudges = judging.rejudge
            let activities = plan.activities
            let judge = plan.judge(asOf: asOf ?? plan.asOf ?? now, activities: activities)
            return VerdictFilter(
                judge: judge, customerJudge: plan.customerJudge(asOf: asOf ?? plan.asOf ?? now, activities: activities),
                activities: activities, choice: judging.verdicts)
        }
        let named = try loadChecklists(nil, diagnostics)
        let loaded = judging.rejudge ? Checklist.newest(of: named) : named
        let activities = ActivityTable(loaded.flatMap(\.activityNames))
        let judge = Judge(
            checklists: loaded.filter { $0.unit == .record }, activities: activities, partners: nil, producible: [:],
            asOf: asOf ?? now, settle: AuditPlan.defaultSettle)
        let ofCustomers = loaded.filter { $0.unit == .customer }
        let customerJudge = CustomerJudge(
            checklists: ofCustomers, activities: activities, partners: nil, producible: [:], asOf: asOf ?? now,
            settle: AuditPlan.defaultSettle)
        return VerdictFilter(
            judge: judge, customerJudge: ofCustomers.isEmpty ? nil : customerJudge, activities: activities,
            choice: judging.verdicts)
    }
}

extension CheckCommand {
    /// The checklists of `--checklist`, which must fit the calendars and partners of a config that is given too.
    private func loadChecklists(_ plan: AuditPlan?, _ diagnostics: Diagnostics) throws -> [Checklist] {
        let files = DefinitionFiles.find(in: checklists, diagnostics: diagnostics)
        let definitions = Definitions(files: files.filter { $0.kind(diagnostics) == .checklist }, diagnostics: diagnostics)
        if let plan {
            for checklist in definitions.checklists {
                checklist.check(
                    calendars: plan.calendars, declared: Set(plan.calendars.keys), partners: plan.partners,
                    diagnostics: diagnostics)
            }
        }
        if diagnostics.hasErrors { throw Stop(diagnostics) }
        if definitions.isEmpty { throw Stop(.wrong, "no checklist in " + checklists.map { "'\($0)'" }.joined(separator: ", ")) }
        return definitions.checklists
    }
}

/// Judges records as they come and writes the lines that were asked for.
private struct VerdictFilter {
    let judge: Judge
    let activities: ActivityTable
    let choice: VerdictChoice
    /// Nil where no checklist judges customers.
    private var customers: CheckedCustomers?
    /// A line was no record, or an event could not be read.
    private(set) var hasFailed = false
    private(set) var hasBreach = false
    private(set) var unlisted: Set<String> = []

    init(judge: Judge, customerJudge: CustomerJudge?, activities: ActivityTable, choice: VerdictChoice) {
        self.judge = judge
        customers = customerJudge.map { CheckedCustomers(judge: $0) }
        self.activities = activities
        self.choice = choice
    }

    /// Judges the records of a batch, and names what could not be read of it.
    mutating func take(_ batch: MappedBatch) throws {
        try write(batch.records)
        for rejection in batch.rejections + batch.eventRejections {
            hasFailed = true
            Terminal.writeError("stdin\(rejection.provenance.pointer): no \(rejection.field): \(rejection.why)".printable)
        }
        if let failure = batch.failure { fail(failure) }
    }

    mutating func fail(_ failure: ReadFailure) {
        hasFailed = true
        Terminal.writeError(("stdin: " + failure.reason.message).printable)
    }

    /// Judges the customers of all records that came.
    mutating func finish() throws {
        guard let customers else { return }
        var lines = VerdictLines(slots: ItemSlots([]), failsOnly: choice == .fails)
        let slots = ItemSlots(customers.judge.items)
        let caveats = try customers.forEach { customer in
            hasBreach = hasBreach || customer.judgement.verdicts.contains { $0.verdict == .fail }
            try lines.write(customer, slots)
            Terminal.write(lines.bytes)
            lines.removeAll()
        }
        for caveat in caveats { Terminal.writeError(("note: " + caveat).printable) }
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
            try customers?.add(record, judgement)
        }
        Terminal.write(lines.bytes)
    }
}

/// The records of a filter on their way to their customers. Of a record that comes twice the one counts that an audit would
/// count.
private struct CheckedCustomers {
    let judge: CustomerJudge
    private let spool = JudgementSpool()
    private let readings = CustomerSpool()

    init(judge: CustomerJudge) { self.judge = judge }

    func add(_ record: ServiceRecord, _ judgement: Judgement) throws {
        var bare = judgement
        bare.verdicts = []
        try bare.withRow { row in
            try spool.add { rows in rows.add(group: bare.partner, key: row.record, payload: row.payload) }
        }
        try readings.add([record])
    }

    /// Hands over every customer by partner and id; gives what is less than it seems.
    func forEach(_ body: (CustomerJudgement) throws -> Void) throws -> [String] {
        var pass = try CustomerPass(readings, judge: judge)
        var scorer = Scorer(items: [], partners: nil)
        try spool.forEachSorted { row in try scorer.add(row) { try pass.add($0.row, body) } }
        _ = try scorer.finish { try pass.add($0.row, body) }
        return try pass.finish(body)
    }
}
