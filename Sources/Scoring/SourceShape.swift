/// What the first records of a source looked like: how many of them had each field, of which type, and told of each activity.
package struct SourceShape: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package enum Kind: String, Sendable { case field, activity }

        package let kind: Kind
        /// The path of a field, or the name of an activity.
        package let name: String
        /// Of a field's values; empty for an activity.
        package let type: String
        package let records: Int
        /// Of how many records.
        package let total: Int

        package init(kind: Kind, name: String, type: String, records: Int, total: Int) {
            self.kind = kind
            self.name = name
            self.type = type
            self.records = records
            self.total = total
        }
    }

    package let source: String
    package let parts: [Part]

    package init(source: String, parts: [Part]) {
        self.source = source
        self.parts = parts
    }
}

/// What has changed in a source since it was read to its end the last time: mappings break without an error when partners
/// change their systems.
///
/// A part is gone, or new, where chance does not explain its absence: at its share at the other audit, at least ten of the
/// records that were looked at would have had it.
package enum SchemaDrift {
    private static let fewestExpected = 10.0
    /// Names in one sentence.
    private static let named = 5

    /// A sentence, nil where nothing has changed.
    package static func caveat(now: SourceShape, before: SourceShape) -> String? {
        let changes = changes(of: now, since: before)
        let parts = [
            listed("fields gone", changes.gone), listed("new fields", changes.new), listed("other types", changes.retyped),
            listed("activities gone", changes.silent), listed("new activities", changes.told),
        ].compactMap(\.self)
        guard !parts.isEmpty else { return nil }
        return "source '\(now.source)' does not look as at the last audit: " + parts.joined(separator: "; ")
    }

    private struct Changes {
        var gone: [String] = []
        var new: [String] = []
        var retyped: [String] = []
        var silent: [String] = []
        var told: [String] = []
    }

    private static func changes(of now: SourceShape, since before: SourceShape) -> Changes {
        var changes = Changes()
        let (fields, earlier) = (byName(now, .field), byName(before, .field))
        for name in Set(fields.keys).union(earlier.keys) {
            let (here, there) = (fields[name, default: []], earlier[name, default: []])
            if here.isEmpty, isMissed(there, in: now) { changes.gone.append(name) }
            if there.isEmpty, isMissed(here, in: before) { changes.new.append(name) }
            let types = Set(there.map(\.type))
            let others = here.filter { !types.contains($0.type) && isMissed([$0], in: before) }.map(\.type)
            if !types.isEmpty, !others.isEmpty {
                changes.retyped.append(
                    "\(name) (\(others.sorted().joined(separator: ", ")), after \(types.sorted().joined(separator: ", ")))")
            }
        }
        let (told, earlierTold) = (byName(now, .activity), byName(before, .activity))
        for name in Set(told.keys).union(earlierTold.keys) {
            if told[name] == nil, isMissed(earlierTold[name, default: []], in: now) { changes.silent.append(name) }
            if earlierTold[name] == nil, isMissed(told[name, default: []], in: before) { changes.told.append(name) }
        }
        return changes
    }

    private static func byName(_ shape: SourceShape, _ kind: SourceShape.Part.Kind) -> [String: [SourceShape.Part]] {
        Dictionary(grouping: shape.parts.filter { $0.kind == kind }, by: \.name)
    }

    /// Whether parts of one audit would have been seen at the other, had nothing changed.
    private static func isMissed(_ parts: [SourceShape.Part], in other: SourceShape) -> Bool {
        guard let kind = parts.first?.kind, let total = other.parts.first(where: { $0.kind == kind })?.total else { return false }
        return parts.reduce(0.0) { $0 + Double($1.records) / Double(max(1, $1.total)) } * Double(total) >= fewestExpected
    }

    private static func listed(_ what: String, _ names: [String]) -> String? {
        guard !names.isEmpty else { return nil }
        let sorted = names.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let more = sorted.count > named ? " and \(sorted.count - named) more" : ""
        return "\(what): " + sorted.prefix(named).joined(separator: ", ") + more
    }
}
