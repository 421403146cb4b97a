import Checklists

/// What is counted of one partner while records stream by.
final class PartnerTotals {
    /// As configured; nil where every function found counts.
    private let functions: Set<String>?
    private var found: Set<String> = []
    /// Their names in bytes, to know again what was found already.
    private var foundBytes: [[UInt8]] = []
    /// Functions that are configured, and those of records that are not.
    private let declared: [[UInt8]]
    private let undeclared = NameArena()
    private var undeclaredRecords: [Int] = []
    private var records = 0
    private var breachCount = 0
    let slots: ItemSlots
    /// The slots of the items that the partner is judged on.
    let judged: [Int]
    /// The breaches of the record that was added last.
    private(set) var fails: [Scorer.ScoredVerdict] = []
    /// For each of `judged`, its item where it has but one, else -1.
    private let items: UnsafeMutableBufferPointer<Int>
    /// For each of `judged` and each verdict code, how often.
    private let counts: UnsafeMutablePointer<Int>
    /// A bit for every code, and for those that are breaches.
    private let codes: UInt32
    private let failing: UInt32
    /// How the record that was added last counts for each slot, two bits each (`CaseMark`).
    private let marked: UnsafeMutableRawBufferPointer
    /// Per slot.
    private var kept: [Kept]

    /// Failing records that are kept for people to look at.
    private struct Kept {
        var worst: [String] = []
        var breaches: [Breach] = []
    }

    init(functions: Set<String>?, slots: ItemSlots) {
        self.functions = functions
        declared = (functions ?? []).map { Array($0.utf8) }
        self.slots = slots
        marked = .allocate(byteCount: CaseMark.bytes(for: slots.slots.count), alignment: 8)
        judged = slots.slots.indices.filter { slot in
            guard let own = slots.slots[slot].functions, let functions else { return true }
            return !functions.isDisjoint(with: own)
        }
        items = .allocate(capacity: judged.count)
        _ = items.initialize(from: judged.map(slots.onlyItem(of:)))
        counts = .allocate(capacity: judged.count * VerdictCode.count)
        counts.initialize(repeating: 0, count: judged.count * VerdictCode.count)
        let known = (0..<UInt8(VerdictCode.count)).compactMap(VerdictCode.init(byte:))
        codes = known.reduce(0) { $0 | 1 << UInt32($1.byte) }
        failing = known.reduce(0) { $1.isFail ? $0 | 1 << UInt32($1.byte) : $0 }
        kept = Array(repeating: Kept(), count: slots.slots.count)
    }

    deinit {
        items.deallocate()
        counts.deallocate()
        marked.deallocate()
    }

    /// Counts a record, and leaves its breaches in `fails`.
    func add(_ row: JudgementRow, _ keep: Scorer.Keep) throws {
        records += 1
        if let function = row.function { note(function) }
        if !fails.isEmpty { fails.removeAll(keepingCapacity: true) }
        let given = row.codes
        _ = marked.initializeMemory(as: UInt8.self, repeating: 0)
        let table = CaseMark.table
        for (index, only) in items.enumerated() {
            let item = only >= 0 ? only : slots.item(of: judged[index], in: row) ?? -1
            guard item >= 0, item < given.count else { continue }
            let byte = given[item]
            guard byte < UInt8(VerdictCode.count), codes & 1 << UInt32(byte) != 0 else { throw JudgementDecodingError() }
            counts[index &* VerdictCode.count &+ Int(byte)] &+= 1
            let mark = UInt8(truncatingIfNeeded: table >> UInt64(byte &* 2)) & 3
            if mark != 0 { marked[judged[index] >> 2] |= mark << UInt8((judged[index] & 3) << 1) }
            if failing & 1 << UInt32(byte) != 0 { try noteFail(judged[index], item, byte) }
        }
        guard !fails.isEmpty else { return }
        breachCount += fails.count
        try keepFails(row, keep)
    }

    @inline(never)
    private func noteFail(_ slot: Int, _ item: Int, _ byte: UInt8) throws {
        guard let code = VerdictCode(byte: byte) else { throw JudgementDecodingError() }
        fails.append(Scorer.ScoredVerdict(slot: slot, item: item, code: code))
    }

    /// The marks of the record that was added last.
    var marks: UnsafeRawBufferPointer { UnsafeRawBufferPointer(marked) }

    /// Where functions are configured, nobody asks which of them were found, but which others were.
    private func note(_ function: UnsafeRawBufferPointer) {
        if functions == nil {
            for known in foundBytes where function.isSame(as: known) { return }
            foundBytes.append(Array(function))
            found.insert(function.text)
        } else {
            for known in declared where function.isSame(as: known) { return }
            noteUndeclared(function)
        }
    }

    @inline(never)
    private func noteUndeclared(_ function: UnsafeRawBufferPointer) {
        let number = undeclared.number(of: function)
        if number == undeclaredRecords.count { undeclaredRecords.append(0) }
        undeclaredRecords[number] += 1
    }

    private func keepFails(_ row: JudgementRow, _ keep: Scorer.Keep) throws {
        var judgement: Judgement?
        for verdict in fails {
            let slot = verdict.slot
            if kept[slot].worst.count < keep.worst { kept[slot].worst.append(String(decoding: row.record, as: UTF8.self)) }
            guard kept[slot].breaches.count < keep.breaches else { continue }
            let decoded = try judgement ?? row.judgement()
            judgement = decoded
            kept[slot].breaches.append(Breach(decoded, slots.slots[slot].description, decoded.verdicts[verdict.item]))
        }
    }

    /// By its place in `judged`.
    private func tally(_ index: Int) -> Tally {
        var tally = Tally()
        for byte in 0..<VerdictCode.count {
            guard let code = VerdictCode(byte: UInt8(byte)) else { continue }
            tally.add(code.verdict, code.rate, count: counts[index * VerdictCode.count + byte])
        }
        return tally
    }

    func result(id: String, name: String) -> PartnerResult {
        let results = judged.enumerated().map { index, slot in
            Estimate.result(of: slots.slots[slot].description, tally(index), worst: kept[slot].worst)
        }
        var result = PartnerResult(
            id: id, name: name, functions: (functions ?? found).sortedByBytes, records: records, items: results)
        result.breaches = judged.flatMap { kept[$0].breaches }
        result.breachCount = breachCount
        result.undeclaredFunctions = undeclaredRecords.enumerated()
            .map { UndeclaredFunction(name: undeclared[$0].text, records: $1) }.sorted { $0.name.precedes($1.name) }
        return result
    }
}

extension UnsafeRawBufferPointer {
    fileprivate func isSame(as name: [UInt8]) -> Bool { name.withUnsafeBytes { hasBytes(of: $0) } }
}
