/// The records of a flag that move it most.
struct FlagExamples {
    private static let most = 10

    private let cases: Cases
    private let numbers: GroupNumbers
    private let partners: [String: Int32]
    /// Those of the slot that was asked for last: flags of one item follow one another.
    private var ofSlot: (slot: Int, examples: ItemExamples)?

    init(_ cases: Cases, _ numbers: GroupNumbers) {
        self.cases = cases
        self.numbers = numbers
        partners = Dictionary(
            cases.groups.partners.enumerated().map { ($1, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// Ids of records: not shown for `evidence`, missed for other kinds; those first of which an ordinary partner would most
    /// surely have met the item. `chances`: its chance by mix. For `within` of the parts served worst, for `drift` of the last
    /// quarter. Of measures no records are kept.
    mutating func records(of trial: Trial, at partner: String, _ subject: Subject, chances: [Double]?) throws -> [String] {
        guard let slot = subject.slot, let finding = trial.finding, let number = partners[partner] else { return [] }
        let groups = numbers.groups
        let worst = Set(finding.worst.map { Int32($0.number) })
        var found: [(chance: Double, record: String)] = []
        let kept = try examples(of: slot).groups
        // Groups are sorted by partner.
        let first = kept.firstIndex(from: number, groups)
        for entry in kept[first...].prefix(while: { groups.partner[Int($0.group)] == number }) {
            let group = Int(entry.group)
            switch trial.kind {
            case .within:
                guard let dimension = trial.dimension, worst.contains(numbers[dimension].part[group]) else { continue }
            case .drift where Int(groups.month[group]) < cases.months - max(1, cases.months / 4): continue
            case .standard, .evidence, .peer, .drift, .path: break
            }
            let chance = chances?[Int(groups.mix[group])] ?? 0
            for record in trial.kind == .evidence ? entry.unobserved : entry.missed { found.append((chance, record)) }
        }
        let sorted = found.sorted { $0.chance != $1.chance ? $0.chance > $1.chance : $0.record.precedes($1.record) }
        return sorted.prefix(Self.most).map(\.record)
    }

    private mutating func examples(of slot: Int) throws -> ItemExamples {
        if let ofSlot, ofSlot.slot == slot { return ofSlot.examples }
        let examples = try cases.examples(of: slot)
        ofSlot = (slot, examples)
        return examples
    }

    /// Parts with their names.
    func parts(_ parts: [Trial.Finding.Part], _ dimension: Dimension?) -> [Flag.Part] {
        parts.map { part in
            Flag.Part(id: dimension.map { numbers.name(of: part.number, in: $0) } ?? "", met: Int(part.met), n: Int(part.n))
        }
    }
}

extension [ItemExamples.Group] {
    /// The first one of a partner, or of a later one.
    fileprivate func firstIndex(from partner: Int32, _ groups: CaseGroups) -> Int {
        var (low, high) = (0, count)
        while low < high {
            let middle = (low + high) / 2
            if groups.partner[Int(self[middle].group)] < partner { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
