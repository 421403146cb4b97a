/// The entries of an owned map, in insertion order, found by key as CEL compares keys (1 == 1u == 1.0).
package final class MapEntries: Sendable {
    package let entries: [(key: Value, value: Value)]
    /// Built only where a search from the front would take longer.
    private let places: [MapKey: Int]?

    package init(_ entries: [(key: Value, value: Value)]) {
        self.entries = entries
        guard entries.count > 8 else {
            places = nil
            return
        }
        var places: [MapKey: Int] = [:]
        for (index, entry) in entries.enumerated() {
            if let key = MapKey(entry.key) { places[key] = index }
        }
        self.places = places
    }

    package func value(forKey key: Value) -> Value? {
        guard let wanted = MapKey(key) else { return nil }
        if let places { return places[wanted].map { entries[$0].value } }
        for entry in entries where MapKey(entry.key) == wanted { return entry.value }
        return nil
    }

    package func value(forText key: String) -> Value? {
        if let places { return places[.text(TextKey(text: key))].map { entries[$0].value } }
        for entry in entries {
            if case .string(let text) = entry.key, Text.same(text, key) { return entry.value }
        }
        return nil
    }
}

/// A key of a map: numbers that are equal are one key, whatever their type.
enum MapKey: Hashable {
    case bool(Bool)
    case int(Int64)
    /// Only what does not fit an Int64.
    case uint(UInt64)
    case text(TextKey)

    /// Nil for what can be no key, such as 1.5.
    init?(_ value: Value) {
        switch value {
        case .bool(let flag): self = .bool(flag)
        case .int(let number): self = .int(number)
        case .uint(let number): self = number > UInt64(Int64.max) ? .uint(number) : .int(Int64(number))
        case .double(let number):
            if let exact = Int64(exactly: number) {
                self = .int(exact)
            } else if let exact = UInt64(exactly: number) {
                self = .uint(exact)
            } else {
                return nil
            }
        case .string(let text): self = .text(TextKey(text: text))
        default: return nil
        }
    }
}
