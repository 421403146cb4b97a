package import Checklists
package import Scoring

/// What is otherwise in one audit than in another: of partners, sources, rates and flags, and where the same records were
/// judged by two sets of checklists, of the checklists' words and of every verdict.
package struct AuditDiff {
    /// A thing of both audits, or of one of them.
    package struct Change<Thing: Hashable & Sendable>: Sendable {
        package let old: Thing?
        package let new: Thing?
    }

    /// An item at a partner whose share of met records is another one.
    package struct RateChange: Sendable {
        package let partner: String
        package let item: Change<AuditFigures.Item>
    }

    /// A dependable rate of a partner that is another one.
    package struct ScoreChange: Sendable {
        package let partner: String
        package let score: Change<AuditFigures.Score>
    }

    package struct FlagChange: Sendable {
        package enum Kind: String, CaseIterable, Sendable { case new, gone, tier, kept }

        package let kind: Kind
        package let flag: Change<AuditFigures.Flag>
    }

    package let old: AuditFigures
    package let new: AuditFigures
    package let sources: [Change<AuditFigures.Source>]
    package let partners: [Change<AuditFigures.Partner>]
    package let rates: [RateChange]
    package let scores: [ScoreChange]
    /// Every flag that either raises, those that are kept too.
    package let flags: [FlagChange]
    /// What the checklists say otherwise; empty where audits of the past are compared.
    package let definitions: [DefinitionChange]

    package init(from old: AuditFigures, to new: AuditFigures, definitions: [DefinitionChange] = []) {
        self.old = old
        self.new = new
        self.definitions = definitions
        sources = Self.changes(old.sources, new.sources) { [$0.id] }.filter { $0.old != $0.new }
        partners = Self.changes(old.partners, new.partners) { [$0.id] }.filter { change in
            change.old.map { [$0.name, "\($0.records)"] + $0.functions }
                != change.new.map { [$0.name, "\($0.records)"] + $0.functions }
        }
        rates = Self.rates(old, new)
        scores = Self.scores(old, new)
        flags = Self.changes(old.flags.filter(\.isOpen), new.flags.filter(\.isOpen)) {
            [$0.partner, $0.checklist, $0.item, $0.kind, $0.dimension ?? ""]
        }.map { FlagChange(kind: Self.kind($0), flag: $0) }
    }

    private static func kind(_ change: Change<AuditFigures.Flag>) -> FlagChange.Kind {
        guard let old = change.old else { return .new }
        guard let new = change.new else { return .gone }
        return old.tier == new.tier ? .kept : .tier
    }

    private static func rates(_ old: AuditFigures, _ new: AuditFigures) -> [RateChange] {
        changes(old.partners, new.partners) { [$0.id] }.flatMap { partner in
            changes(partner.old?.items ?? [], partner.new?.items ?? []) { [$0.checklist, $0.item] }.filter { item in
                item.old.map { [$0.met, $0.missed] } ?? [0, 0] != item.new.map { [$0.met, $0.missed] } ?? [0, 0]
            }.map { RateChange(partner: (partner.new ?? partner.old)?.id ?? "", item: $0) }
        }
    }

    private static func scores(_ old: AuditFigures, _ new: AuditFigures) -> [ScoreChange] {
        changes(old.partners, new.partners) { [$0.id] }.flatMap { partner in
            changes(partner.old?.scores ?? [], partner.new?.scores ?? []) { [$0.function ?? ""] }
                .filter { $0.old?.value != $0.new?.value }
                .map { ScoreChange(partner: (partner.new ?? partner.old)?.id ?? "", score: $0) }
        }
    }

    /// The things of both by their keys, in the order of the keys' bytes.
    private static func changes<Thing>(
        _ old: [Thing], _ new: [Thing], by key: (Thing) -> [String]
    ) -> [Change<Thing>] {
        var found: [[[UInt8]]: (old: Thing?, new: Thing?)] = [:]
        for thing in old { found[key(thing).map { Array($0.utf8) }, default: (nil, nil)].old = thing }
        for thing in new { found[key(thing).map { Array($0.utf8) }, default: (nil, nil)].new = thing }
        return found.sorted { a, b in
            for (a, b) in zip(a.key, b.key) where a != b { return a.lexicographicallyPrecedes(b) }
            return false
        }.map { Change(old: $0.value.old, new: $0.value.new) }
    }

    /// Whether the new audit asserts what the old one does not.
    package var raisesAssertedFlag: Bool {
        flags.contains { $0.flag.new?.tier == "asserted" && $0.flag.old?.tier != "asserted" }
    }

    package func count(_ kind: FlagChange.Kind) -> Int { flags.count { $0.kind == kind } }

    /// The numbers of a diff in one line: `2 definitions, 14 verdicts of 2 partners, …`; nil where nothing is otherwise.
    package func summary(_ verdicts: [VerdictChange]) -> String? {
        var parts: [String] = []
        func add(_ number: Int, _ one: String, _ many: String? = nil, _ rest: String = "") {
            if number > 0 { parts.append(Figures.count(number, one, many) + rest) }
        }
        add(definitions.count { $0.item == nil }, "checklist")
        add(definitions.count { $0.item != nil }, "item")
        let partners = Set(verdicts.map { Array($0.partner.utf8) }).count
        add(verdicts.reduce(0) { $0 + $1.count }, "verdict", nil, " of " + Figures.count(partners, "partner"))
        add(rates.count, "rate")
        add(scores.count, "dependable rate")
        let changed = FlagChange.Kind.allCases.filter { $0 != .kept && count($0) > 0 }
        let names: [FlagChange.Kind: String] = [.new: "new", .gone: "gone", .tier: "of another tier"]
        let told = changed.map { "\(Figures.count(count($0))) \(names[$0] ?? "")" }.joined(separator: ", ")
        if !told.isEmpty { parts.append("flags: " + told) }
        add(self.partners.count, "partner")
        add(sources.count, "source")
        return parts.isEmpty ? nil : parts.joined(separator: "; ")
    }
}
