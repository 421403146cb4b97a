import Checklists
import Language
import Scoring
import Timelines

/// The way from records to customers: takes the records that count, by partner and record as the Scorer hands them on,
/// and judges each customer of a partner when all of the partner's records are known. One customer's timeline is in memory
/// at a time; the rest waits in temporary files.
struct CustomerPass {
    /// A customer's judge and what it works with.
    private struct Worker {
        let judge: CustomerJudge
        var scratch: CustomerJudge.Scratch

        init(_ judge: CustomerJudge) {
            self.judge = judge
            scratch = judge.makeScratch()
        }
    }

    private var readings: CustomerReadings
    private var worker: Worker
    private var earlyWorker: Worker
    /// The sources whose records are judged as of their pull.
    private let early: Set<String>
    private var partner = ""
    /// The keys of the partner's records that count.
    private var keys = Self.emptySort
    private var nameless = Nameless()
    private var caveats: [String] = []

    private static var emptySort: SpillingSort { SpillingSort(memoryLimit: 4 << 20) }

    /// A partner's records that name no customer.
    private struct Nameless {
        var count = 0
        var example = ""
        var functions: Set<String?> = []
    }

    /// `earlyJudge` judges customers with a record of one of the `early` sources.
    init(_ spool: CustomerSpool, judge: CustomerJudge, earlyJudge: CustomerJudge? = nil, early: Set<String> = []) throws {
        readings = try spool.readings()
        worker = Worker(judge)
        earlyWorker = Worker(earlyJudge ?? judge)
        self.early = early
    }

    /// Takes a record that counts. Hands on the customers of the partner before, where this is the next one's.
    mutating func add(_ row: JudgementRow, _ consumer: (CustomerJudgement) throws -> Void) throws {
        let record = try row.judgement()
        if !partner.hasBytes(of: record.partner) {
            try settle(consumer)
            partner = record.partner
        }
        let key = CustomerSpool.Key(
            customer: record.customer.id, record: record.record, provenance: record.provenance)
        if let key {
            try keys.add(key: key.bytes, payload: [])
        } else {
            if nameless.count == 0 { nameless.example = record.record }
            nameless.count += 1
            nameless.functions.insert(record.function)
        }
    }

    /// Hands on the last partner's customers, and says what is less than it seems.
    mutating func finish(_ consumer: (CustomerJudgement) throws -> Void) throws -> [String] {
        try settle(consumer)
        return caveats
    }

    /// The partner's records are complete: its customers, in the order of their ids, and before them nobody's records.
    private mutating func settle(_ consumer: (CustomerJudgement) throws -> Void) throws {
        try settleNameless(consumer)
        var rows = keys.sorted()
        keys = Self.emptySort
        var records: [ServiceRecord] = []
        while let row = try rows.next() {
            let record = try readings.reading(partner, row.key)
            if let first = records.first, first.customer.id != record.customer.id {
                try judge(records, consumer)
                records.removeAll(keepingCapacity: true)
            }
            records.append(record)
        }
        try judge(records, consumer)
    }

    private mutating func judge(_ records: [ServiceRecord], _ consumer: (CustomerJudgement) throws -> Void) throws {
        guard !records.isEmpty else { return }
        let isEarly = !early.isEmpty && records.contains { early.contains($0.provenance.source) }
        let judgement =
            isEarly
            ? earlyWorker.judge.judge(records, scratch: &earlyWorker.scratch)
            : worker.judge.judge(records, scratch: &worker.scratch)
        if let judgement { try consumer(judgement) }
    }

    private mutating func settleNameless(_ consumer: (CustomerJudgement) throws -> Void) throws {
        guard nameless.count > 0 else { return }
        let count = AuditSummary.count(nameless.count, "record")
        caveats.append(
            "\(count) of '\(partner)' \(nameless.count == 1 ? "names" : "name") no customer (such as '\(nameless.example)') "
                + "and so \(nameless.count == 1 ? "is" : "are") on no customer's timeline")
        try consumer(worker.judge.judgement(partner: partner, nameless: nameless.count, functions: nameless.functions))
        nameless = Nameless()
    }
}
