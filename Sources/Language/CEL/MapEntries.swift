/// The entries of an owned map, in insertion order, found by key as CEL compares keys (1 == 1u == 1.0).
package final class MapEntries: Sendable {
    package let entries: [(key: Value, value: Value)]

    package init(_ entries: [(key: Value, value: Value)]) { self.entries = entries }
}
