import Language

/// A field of a payload that nothing uses: where it is and what it looks like, and never what it says.
package struct UnusedField: Hashable, Sendable {
    /// As expressions name it, with `[]` for any element of a list: `it.via.source`, `it.custom_fields[].id`.
    package let path: String
    /// How often it has a value on the page.
    package let count: Int
    /// What the values are, sorted: `object`, `list`, `string`, `number`, `boolean`.
    package let kinds: [String]
}

/// What fields a payload has, how often and of what kinds. No value is kept, and no name that may be one: a key with an `@`,
/// four digits in a row or more than sixty-four letters is `*`, and so are the keys of an object that has more than sixty-four.
struct PayloadShape {
    private final class Field {
        var count = 0
        var kinds: Set<String> = []
        var fields: [String: Field] = [:]

        func field(_ name: String) -> Field {
            if let known = fields[name] { return known }
            let name = fields.count >= PayloadShape.mostKeys || !PayloadShape.isName(name) ? PayloadShape.anyKey : name
            if let known = fields[name] { return known }
            let new = Field()
            fields[name] = new
            return new
        }
    }

    private static let mostKeys = 64
    private static let anyKey = "*"

    private let root = Field()
    private(set) var rows = 0

    /// Adds a record, children and all. Nulls are as good as absent.
    mutating func add(_ record: JSONElement) {
        rows += 1
        Self.add(record, to: root)
    }

    private static func add(_ element: JSONElement, to field: Field) {
        field.count += 1
        field.kinds.insert(kind(of: element))
        if element.isObject {
            for key in element.keys {
                if let value = element.find(key), !value.isNull { add(value, to: field.field(key)) }
            }
        } else if element.isArray {
            for value in element.children() where !value.isNull { add(value, to: field.field(UsedFields.element)) }
        }
    }

    private static func kind(of element: JSONElement) -> String {
        if element.isObject { return "object" }
        if element.isArray { return "list" }
        if element.isString { return "string" }
        if case .bool = element.plainValue { return "boolean" }
        return "number"
    }

    private static func isName(_ key: String) -> Bool {
        if key == UsedFields.element { return true }
        guard key.utf8.count <= 64, !key.isEmpty else { return false }
        var digits = 0
        for scalar in key.unicodeScalars {
            digits = ("0"..."9").contains(scalar) ? digits + 1 : 0
            if digits >= 4 || scalar == "@" || scalar.value < 0x20 || scalar.value == 0x7F { return false }
        }
        return true
    }

    /// The topmost fields that are not used, by path. `root` is what expressions call the record.
    func unused(_ used: UsedFields, root name: String) -> [UnusedField] {
        var found: [UnusedField] = []
        Self.collect(root, [], name, used, &found)
        return found.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    }

    private static func collect(
        _ field: Field, _ path: UsedFields.Path, _ text: String, _ used: UsedFields, _ found: inout [UnusedField]
    ) {
        guard !used.covers(path) else { return }
        for (name, inner) in field.fields {
            let innerPath = path + [name]
            let innerText = text + step(name)
            if used.contains(innerPath) {
                collect(inner, innerPath, innerText, used, &found)
            } else {
                found.append(UnusedField(path: innerText, count: inner.count, kinds: inner.kinds.sorted()))
            }
        }
    }

    private static func step(_ name: String) -> String {
        if name == UsedFields.element { return name }
        let isPlain = name.utf8.allSatisfy {
            $0 == 0x5F || ($0 | 0x20) >= 0x61 && ($0 | 0x20) <= 0x7A || $0 >= 0x30 && $0 <= 0x39
        }
        guard !isPlain || name.utf8.first.map({ $0 <= 0x39 }) ?? true else { return "." + name }
        if name == anyKey { return ".*" }
        var writer = JSONWriter()
        writer.string(name)
        return "[\(writer.text)]"
    }
}
