import Language

/// What the first records of a source look like: which fields they have, of which types, and which activities they tell of.
/// A few hundred records say that as well as all of them, and cost nothing beside them.
package struct FieldSampler: Sendable {
    /// A field by its path (`/customer/id`, `/audits/[]/at`) and the type of its value: string, number, boolean, object or list.
    package struct Field: Hashable, Sendable {
        package let path: String
        package let type: String
    }

    /// How many records were looked at.
    package private(set) var records = 0
    /// How many of them have each field.
    package private(set) var fields: [Field: Int] = [:]
    /// How many became records, and how many of these tell of each activity.
    package private(set) var mapped = 0
    package private(set) var activities: [String: Int] = [:]

    private static let mostRecords = 500
    /// What is a map of ids rather than a record would go on for ever.
    private static let mostFields = 300
    private static let mostActivities = 300
    private static let mostDepth = 4
    /// Of a list.
    private static let mostElements = 3

    package init() {}

    package var isFull: Bool { max(records, mapped) >= Self.mostRecords }

    /// Looks at the first records of a piece of work. Give it the work of a source in its order.
    package mutating func look(at work: MappingWork) {
        guard !isFull else { return }
        let sample = work.beginning(Self.mostRecords - max(records, mapped))
        let parser = JSONParser()
        parser.missing = work.mapping.missing
        for content in sample.contents(atMost: Self.mostRecords - records) {
            guard let document = try? parser.parse(content) else { continue }
            records += 1
            var found: Set<Field> = []
            Self.walk(document.root, "", 0, &found)
            for field in found.sorted(by: { ($0.path, $0.type) < ($1.path, $1.type) }) {
                if fields[field] != nil || fields.count < Self.mostFields { fields[field, default: 0] += 1 }
            }
        }
        _ = sample.run { record in
            mapped += 1
            for activity in Set(record.events.map(\.activity)).sorted() {
                if activities[activity] != nil || activities.count < Self.mostActivities { activities[activity, default: 0] += 1 }
            }
        }
    }

    private static func walk(_ element: JSONElement, _ path: String, _ depth: Int, _ found: inout Set<Field>) {
        guard let type = type(of: element) else { return }
        if !path.isEmpty { found.insert(Field(path: path, type: type)) }
        guard depth < mostDepth else { return }
        if element.isObject {
            for key in element.keys {
                if let child = element.find(key) { walk(child, path + "/" + key, depth + 1, &found) }
            }
        } else if element.isArray {
            for (index, child) in element.children().enumerated() where index < mostElements {
                walk(child, path + "/[]", depth + 1, &found)
            }
        }
    }

    /// Nil for nothing.
    private static func type(of element: JSONElement) -> String? {
        switch element.value {
        case .string: "string"
        case .bool: "boolean"
        case .int, .uint, .double: "number"
        case .map: "object"
        case .list: "list"
        default: nil
        }
    }
}

extension MappingWork {
    /// The same work, of not many more than so many records.
    fileprivate func beginning(_ count: Int) -> MappingWork {
        let fewer: Rows
        switch rows {
        case .elements(let document, let places): fewer = .elements(document, Array(places.prefix(count)))
        case .cut(let list, let range): fewer = .cut(list, range.prefix(count))
        case .values(let values): fewer = .values(Array(values.prefix(count)))
        case .lines(let bytes, let size, let line):
            var end = 0
            for _ in 0..<count where end < size {
                end = bytes[end..<size].firstIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? size
            }
            fewer = .lines(bytes, count: end, line: line)
        case .joined(let joined): fewer = .joined(Array(joined.prefix(count)))
        case .groups(let groups): fewer = .groups(Array(groups.prefix(count)))
        // A block of rows is small as it is.
        case .table, .nothing: fewer = rows
        }
        return MappingWork(
            mapping: mapping, activities: activities, rows: fewer, page: page, sequence: sequence, firstIndex: firstIndex)
    }

    /// The JSON of each record; none where records are made of several rows.
    fileprivate func contents(atMost count: Int) -> [[UInt8]] {
        struct Enough: Error {}
        var contents: [[UInt8]] = []
        if case .joined(let rows) = rows { return rows.map(\.text) }
        _ = try? forEachRow { (row: PackedRow) throws(Enough) in
            contents.append(row.content)
            if contents.count >= count { throw Enough() }
        }
        return contents
    }
}
