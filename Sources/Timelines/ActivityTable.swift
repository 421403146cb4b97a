/// The number of an activity within one plan: small, dense, compared instead of text.
package typealias Symbol = UInt16

/// The activities that a plan's checklists name, each with its symbol. Made once from the plan and then only read, so
/// records can be mapped and judged on any thread.
package final class ActivityTable: Sendable {
    /// The symbol of every activity that the plan does not name.
    package static let unknown: Symbol = 0

    /// Name by symbol; the first is that of `unknown` and empty.
    package let names: [String]
    private let symbols: [String: Symbol]

    /// Duplicates count once; at most 65,535 names.
    package init(_ activities: some Sequence<String>) {
        let sorted = Set(activities).sorted().prefix(Int(Symbol.max))
        names = [""] + sorted
        symbols = Dictionary(uniqueKeysWithValues: sorted.enumerated().map { ($1, Symbol($0 + 1)) })
    }

    package func symbol(of activity: String) -> Symbol { symbols[activity] ?? Self.unknown }
}
