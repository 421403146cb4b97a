import Language

/// What may be changed in an expression: its operators, lengths, numbers, and the values that it compares with.
struct ExpressionChanges {
    /// A change at an offset.
    struct Edit {
        let offset: Int
        let old: String
        let new: String
        /// The whole expression, changed.
        let text: String
        /// Which of the places that say the same, from 1.
        var place = 1
    }

    private let bytes: [UInt8]
    private let names: EventNames
    private let values: [String: [String]]
    private(set) var all: [Edit] = []

    init(of text: String, names: EventNames, values: [String: [String]]) {
        bytes = Array(text.utf8)
        self.names = names
        self.values = values
        guard let syntax = try? Expression.parse(text, in: Names.ofEvent) else { return }
        for node in syntax.descendants { change(node) }
        let offsets = Dictionary(grouping: all, by: \.old).mapValues { Set($0.map(\.offset)).sorted() }
        for index in all.indices {
            all[index].place = 1 + (offsets[all[index].old]?.firstIndex(of: all[index].offset) ?? 0)
        }
        all = all.enumerated().sorted { ($0.element.offset, $0.offset) < ($1.element.offset, $1.offset) }.map(\.element)
    }

    private static let flips: [String: (from: String, to: String)] = [
        "_<_": ("<", "<="), "_<=_": ("<=", "<"), "_>_": (">", ">="), "_>=_": (">=", ">"), "_==_": ("==", "!="),
        "_!=_": ("!=", "=="), "_&&_": ("&&", "||"), "_||_": ("||", "&&"),
    ]

    private static let comparisons: Set<String> = ["_<_", "_<=_", "_>_", "_>=_", "_==_", "_!=_"]

    private mutating func change(_ node: Syntax) {
        guard case .call(let name, _, let arguments) = node.kind else { return }
        if let flip = Self.flips[name] { replace(node.offset, flip.from.utf8.count, with: flip.to, expecting: flip.from) }
        if name == "duration", arguments.count == 1, let text = arguments[0].asString { lengths(text, arguments[0]) }
        guard arguments.count == 2 else { return }
        if Self.comparisons.contains(name) {
            for (side, other) in [(arguments[0], arguments[1]), (arguments[1], arguments[0])] {
                if case .int(let number)? = side.asLiteral { numbers(number, side) }
                if let text = side.asString { value(text, side, of: other, besides: [text]) }
            }
        } else if name == "@in", case .list(let elements, _) = arguments[1].kind {
            let taken = Set(elements.compactMap(\.asString))
            for element in elements {
                if let text = element.asString { value(text, element, of: arguments[0], besides: taken) }
            }
        }
    }

    private mutating func replace(_ offset: Int, _ length: Int, with text: String, expecting: String? = nil) {
        guard offset >= 0, offset + length <= bytes.count else { return }
        if let expecting, !bytes[offset..<offset + length].elementsEqual(expecting.utf8) { return }
        let old = String(decoding: bytes[offset..<offset + length], as: UTF8.self)
        let changed = Array(bytes[..<offset]) + Array(text.utf8) + Array(bytes[(offset + length)...])
        all.append(Edit(offset: offset, old: old, new: text, text: String(decoding: changed, as: UTF8.self)))
    }

    /// The bytes of a string that is written in plain quotes.
    private func quoted(_ node: Syntax) -> (length: Int, quote: String)? {
        guard node.offset < bytes.count else { return nil }
        let quote = bytes[node.offset]
        guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
        guard let end = bytes[(node.offset + 1)...].firstIndex(where: { $0 == quote || $0 == UInt8(ascii: "\\") }),
            bytes[end] == quote, end > node.offset + 1
        else { return nil }
        return (end - node.offset + 1, String(decoding: [quote], as: UTF8.self))
    }

    private mutating func lengths(_ text: String, _ node: Syntax) {
        guard let (length, quote) = quoted(node) else { return }
        for other in ItemChanges.lengths(besides: text) where other.last.map({ "smh".contains($0) }) ?? false {
            replace(node.offset, length, with: quote + other + quote)
        }
    }

    private mutating func numbers(_ number: Int64, _ node: Syntax) {
        let text = "\(number)"
        for (other, overflow) in [number.subtractingReportingOverflow(1), number.addingReportingOverflow(1)] where !overflow {
            replace(node.offset, text.utf8.count, with: "\(other)", expecting: text)
        }
    }

    /// Another value that the field may have.
    private mutating func value(_ text: String, _ node: Syntax, of field: Syntax, besides taken: Set<String>) {
        guard let (length, quote) = quoted(node), let path = FieldPath(field) else { return }
        let other: String?
        if path.isActivity {
            other = names.activities.contains(text) ? names.other(than: text, besides: taken.union(names.defined)) : nil
        } else {
            let choices = path.isParty ? ["partner", "vendor", "customer"] : values[path.text] ?? []
            let start = choices.firstIndex(of: text).map { $0 + 1 } ?? 0
            other = (choices[start...] + choices[..<start]).first { $0 != text && !taken.contains($0) }
        }
        if let other { replace(node.offset, length, with: quote + other + quote) }
    }
}

extension EventNames {
    /// The names that `define` gives.
    var defined: Set<String> { Set(declared).subtracting(activities) }
}

/// A field that an expression names: `customer.tier`, `event.actor.party`, `attributes.?x`.
struct FieldPath: Hashable {
    let variable: String
    let keys: [String]

    init?(_ syntax: Syntax) {
        switch syntax.kind {
        case .identifier(let name): self.init(variable: name, keys: [])
        case .select(let operand, let field, _), .presence(let operand, let field):
            guard let path = FieldPath(operand) else { return nil }
            self.init(variable: path.variable, keys: path.keys + [field])
        case .call("_[_]", nil, let arguments), .call("_[?_]", nil, let arguments):
            guard arguments.count == 2, let key = arguments[1].asString, let path = FieldPath(arguments[0]) else { return nil }
            self.init(variable: path.variable, keys: path.keys + [key])
        default: return nil
        }
    }

    private init(variable: String, keys: [String]) {
        self.variable = variable
        self.keys = keys
    }

    var text: String { ([variable] + keys).joined(separator: ".") }
    /// Of the record itself; else the variable is one of its events.
    var isOfRecord: Bool { RecordSource.recordType.number(of: variable) != nil }
    var isActivity: Bool { keys == ["activity"] && !isOfRecord }
    var isParty: Bool { keys == ["actor", "party"] && !isOfRecord }
}
