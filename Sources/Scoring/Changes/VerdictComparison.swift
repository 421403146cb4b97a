package import Checklists
package import Timelines

/// The same records judged by two plans, side by side: which verdicts become others.
///
/// Both judgements are added in any order, spilled and sorted by partner and record, so that memory does not grow with the
/// records. Items are the same where checklist and id are.
package struct VerdictComparison {
    package enum Side: UInt8, Sendable { case old, new }

    /// An item of either plan, with its slots where it judges records and where it judges customers; -1 where it does not.
    private struct Subject {
        let checklist: String
        let item: String
        /// By side, then unit.
        var slots = [[-1, -1], [-1, -1]]
    }

    private let subjects: [Subject]
    private let rows = SpillingSort(memoryLimit: 4 << 20)
    /// How many records are named of each change.
    private let named: Int

    /// Slots of items that judge records, and of those that judge customers.
    package init(
        old: (records: ItemSlots, customers: ItemSlots), new: (records: ItemSlots, customers: ItemSlots), named: Int = 10
    ) {
        var found: [[UInt8]: Subject] = [:]
        for (side, plan) in [old, new].enumerated() {
            for (unit, slots) in [plan.records, plan.customers].enumerated() {
                for (number, slot) in slots.slots.enumerated() {
                    let (checklist, item) = (slot.description.checklist, slot.description.id)
                    let key = Array(checklist.utf8) + [0] + Array(item.utf8)
                    found[key, default: Subject(checklist: checklist, item: item)].slots[side][unit] = number
                }
            }
        }
        subjects = found.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
        self.named = named
    }

    package func add(_ record: Scorer.ScoredRecord, _ side: Side) throws {
        let row = record.row
        try add(record.verdicts, partner: row.partner.text, unit: 0, id: Array(row.record), side)
    }

    package func add(_ customer: CustomerScorer.ScoredCustomer, _ side: Side) throws {
        let judgement = customer.judgement.judgement
        try add(customer.verdicts, partner: judgement.partner, unit: 1, id: Array(judgement.record.utf8), side)
    }

    /// A row has a byte a slot, up to the last one that is judged.
    private func add(
        _ verdicts: [Scorer.ScoredVerdict], partner: String, unit: UInt8, id: [UInt8], _ side: Side
    ) throws {
        var payload = [UInt8](repeating: Self.none, count: 1 + (verdicts.last?.slot ?? -1) + 1)
        payload[0] = side.rawValue
        for verdict in verdicts { payload[1 + verdict.slot] = Self.number(of: verdict.code.verdict) }
        try rows.add(group: partner, key: [unit] + id, payload: payload)
    }

    /// Not judged: the item is not there, or not of a function of the partner.
    private static let none: UInt8 = 7

    private static func number(of verdict: Verdict) -> UInt8 { VerdictCode(verdict).byte }

    private static func verdict(of number: Int) -> Verdict? {
        number == none ? nil : VerdictCode(byte: UInt8(number))?.verdict
    }

    /// What changes, when everything is added; asked once. With `allRecords` the id of every record can be had too.
    package func changes(allRecords: Bool) throws -> VerdictChanges {
        var sorted = rows.sorted()
        let ids = allRecords ? SpillingSort(memoryLimit: 4 << 20) : nil
        var found = PartnerChanges(named: named)
        var list: [VerdictChange] = []
        var pair = Pair()
        while let row = try sorted.next() {
            if !pair.isOfSame(row) {
                try settle(pair, &found, ids)
                if !pair.partner.elementsEqual(row.group) {
                    list += found.taken().map(change)
                    found.partner = row.group.text
                }
                pair.begin(row)
            }
            pair.take(row)
        }
        try settle(pair, &found, ids)
        list += found.taken().map(change)
        return VerdictChanges(list: list, ids: ids?.sorted())
    }

    /// Notes every verdict of a record that becomes another. What is not asked, and what is asked and does not apply, say
    /// the same of it.
    private func settle(_ pair: Pair, _ found: inout PartnerChanges, _ ids: SpillingSort?) throws {
        guard pair.isThere else { return }
        let unit = Int(pair.unit)
        let nothing = [Int(Self.none), Int(Self.number(of: .notApplicable))]
        for (number, subject) in subjects.enumerated() {
            let from = pair.verdict(.old, subject.slots[0][unit], none: Self.none)
            let to = pair.verdict(.new, subject.slots[1][unit], none: Self.none)
            guard from != to, !(nothing.contains(from) && nothing.contains(to)) else { continue }
            let key = ((number * 2 + unit) * 8 + from) * 8 + to
            found.note(key, pair.id)
            try ids?.add(
                group: found.partner, key: withUnsafeBytes(of: UInt64(key).bigEndian) { Array($0) } + pair.id, payload: [])
        }
    }

    private func change(_ entry: PartnerChanges.Entry) -> VerdictChange {
        let subject = subjects[entry.key / 128]
        return VerdictChange(
            partner: entry.partner, checklist: subject.checklist, item: subject.item,
            unit: entry.key / 64 % 2 == 0 ? .record : .customer, from: Self.verdict(of: entry.key / 8 % 8),
            to: Self.verdict(of: entry.key % 8), count: entry.count, records: entry.records)
    }
}

/// One verdict that becomes another, of some records of a partner.
package struct VerdictChange: Hashable, Sendable {
    package let partner: String
    package let checklist: String
    package let item: String
    package let unit: ItemDescription.Unit
    /// Nil where the item is not asked of the record.
    package let from: Verdict?
    package let to: Verdict?
    package let count: Int
    /// The first of them, by id; of customers, empty where the records name none.
    package let records: [String]

    package init(
        partner: String, checklist: String, item: String, unit: ItemDescription.Unit, from: Verdict?, to: Verdict?,
        count: Int, records: [String]
    ) {
        self.partner = partner
        self.checklist = checklist
        self.item = item
        self.unit = unit
        self.from = from
        self.to = to
        self.count = count
        self.records = records
    }
}

/// Every change of a verdict, by partner, checklist, item, from and to.
package struct VerdictChanges {
    package let list: [VerdictChange]
    /// The ids of all records, in the order of the list; nil where the first ones are enough.
    private var ids: SortedRows?

    package init(list: [VerdictChange], ids: SortedRows? = nil) {
        self.list = list
        self.ids = ids
    }

    /// Hands over the ids of the next change's records: call it for every change of the list, in its order.
    package mutating func forEachRecord(of change: VerdictChange, _ body: (String) throws -> Void) throws {
        guard ids != nil else { return try change.records.forEach(body) }
        for _ in 0..<change.count {
            guard let row = try ids?.next() else { return }
            try body(UnsafeRawBufferPointer(rebasing: row.key.dropFirst(8)).text)
        }
    }
}

/// The readings of one record, copied from their rows.
private struct Pair {
    private(set) var isThere = false
    private(set) var partner: [UInt8] = []
    private var key: [UInt8] = []
    private var sides: [[UInt8]] = [[], []]

    var unit: UInt8 { key.first ?? 0 }
    var id: [UInt8] { Array(key.dropFirst()) }

    func isOfSame(_ row: SortedRows.Row) -> Bool {
        isThere && key.elementsEqual(row.key) && partner.elementsEqual(row.group)
    }

    mutating func begin(_ row: SortedRows.Row) {
        isThere = true
        partner = Array(row.group)
        key = Array(row.key)
        sides = [[], []]
    }

    mutating func take(_ row: SortedRows.Row) {
        guard let side = row.payload.first, side < 2 else { return }
        sides[Int(side)] = Array(row.payload.dropFirst())
    }

    func verdict(_ side: VerdictComparison.Side, _ slot: Int, none: UInt8) -> Int {
        let verdicts = sides[Int(side.rawValue)]
        return Int(verdicts.indices.contains(slot) ? verdicts[slot] : none)
    }
}

/// What changes of one partner.
private struct PartnerChanges {
    struct Entry {
        let partner: String
        let key: Int
        var count = 0
        var records: [String] = []
    }

    var partner = ""
    let named: Int
    private var entries: [Int: Entry] = [:]

    init(named: Int) { self.named = named }

    mutating func note(_ key: Int, _ id: [UInt8]) {
        let partner = partner
        entries[key, default: Entry(partner: partner, key: key)].count += 1
        guard let entry = entries[key], entry.records.count < named else { return }
        entries[key]?.records.append(String(decoding: id, as: UTF8.self))
    }

    /// In order; what follows is of another partner.
    mutating func taken() -> [Entry] {
        defer { entries = [:] }
        return entries.values.sorted { $0.key < $1.key }
    }
}
