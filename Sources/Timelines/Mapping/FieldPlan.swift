import Language

/// The plan of one field, with its short way laid out flat: what to do with the value at one key of one variable.
/// Whatever the short way does not know is left to `plan`.
final class FieldPlan: Sendable {
    enum Kind: UInt8 {
        /// Always the same text.
        case constant
        /// `a.key`
        case path
        /// `string(a.key)`
        case string
        /// `timestamp(a.key)`
        case timestamp
        /// `a.?key.optMap(t, timestamp(t))`
        case timestampIfThere
        /// `timestamp(a.list[0].key)`, of a record
        case timestampOfFirst
        /// `a.?key.orValue("text")`
        case withDefault
        /// A table of constants, `of` a path.
        case table
        /// Anything else.
        case long
        /// The mapping has no such field.
        case none

        /// True where a string on the page may be what the field gives, or what its table translates.
        @inline(__always)
        var isText: Bool {
            switch self {
            case .path, .string, .withDefault, .table: true
            default: false
            }
        }
    }

    /// The short way, without anything whose references would be counted.
    struct Short {
        var kind = Kind.long
        /// The number of the wanted field that it looks at.
        var field: Int32 = 0
        /// The number of the wanted field of the first object in a list.
        var inner: Int32 = 0
        var tag = Int32(TextMemo.plain)

        static let none = Short(kind: .none)
    }

    let short: Short
    /// The constant or the default.
    let text: String
    let plan: ValuePlan

    /// A field of a record is given the slot of the first loop, in which the first object of a list is looked at.
    init(_ plan: ValuePlan, _ wanted: WantedFields, loopSlot: Int? = nil) {
        self.plan = plan
        var kind = Kind.long
        var path: PathPlan?
        var text = ""
        switch plan {
        case .constant(.string(let constant), _): (kind, text) = (.constant, constant)
        case .path(let found, _): (kind, path) = (.path, found)
        case .conversion(.string, let found, _): (kind, path) = (.string, found)
        case .conversion(.timestamp, let found, _): (kind, path) = (.timestamp, found)
        case .timestampIfThere(let found, _): (kind, path) = (.timestampIfThere, found)
        case .withDefault(let found, let constant, _): (kind, path, text) = (.withDefault, found, constant.text)
        case .table(let table) where table.isConstant:
            if case .path(let found, _) = table.of { (kind, path) = (.table, found) }
        default: break
        }
        var short = Short(kind: kind)
        if let path, path.keys.count == 1 {
            short.field = Int32(wanted.number(of: path.keys[0], slot: path.slot))
            if kind == .table { short.tag = Int32(wanted.nextTable()) }
        } else if let loopSlot, case .timestampOfFirst(let first, _) = plan {
            short.kind = .timestampOfFirst
            short.field = Int32(wanted.number(of: first.list.keys[0], slot: first.list.slot))
            short.inner = Int32(wanted.number(of: first.key, slot: loopSlot))
        } else if kind != .constant {
            // Paths of more keys go the long way.
            short.kind = .long
        }
        self.short = short
        self.text = text
    }
}

/// Gathers the keys that the plans of a mapping look for, by variable, and numbers them.
final class WantedFields {
    struct Field: Sendable {
        let key: ConstantText
        let number: Int
    }

    /// By slot.
    private(set) var fields: [[Field]] = []
    /// Field 0 is nobody's.
    private(set) var count = 1
    private var tables = TextMemo.firstTable

    func number(of key: ConstantText, slot: Int) -> Int {
        while fields.count <= slot { fields.append([]) }
        if let known = fields[slot].first(where: { $0.key.equals(key.bytes) }) { return known.number }
        fields[slot].append(Field(key: key, number: count))
        count += 1
        return count - 1
    }

    func fields(of slot: Int) -> [Field] { slot < fields.count ? fields[slot] : [] }

    func nextTable() -> Int {
        defer { tables += 1 }
        return tables
    }
}
